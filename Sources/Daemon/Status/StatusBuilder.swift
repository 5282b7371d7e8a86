import Dispatching
import Foundation
import Loops
import Speculation
import Spool

/// Puts the daemon's status together.
struct StatusBuilder {
    private static let finishedBatchesShown = 20
    private static let openBatchesShown = 100

    let parts: DaemonParts
    let pool: EnginePool?
    let layout: SpoolLayout
    let ends: ExpectedEnds

    func build(state: SpoolStatus.State) async -> SpoolStatus {
        var status = SpoolStatus(state: state, message: "", version: DraftspoolVersion.current)
        status.queued = await parts.queue.waiting + parts.queue.delayed
        var expected = ExpectedEnds.Ends()
        if let pool {
            let counts = await pool.counts
            // Their attempts are in the ledger by now: what is shown as running is counted as sent after a crash too.
            status.running = parts.requests.count
            status.answered = counts.answered
            status.failed = counts.failed
            if status.running > 0 {
                status.tokensPerSecond = counts.tokensPerSecond.map { $0 * Double(status.running) }
            }
            let dispatchers = await pool.dispatchers
            for dispatcher in dispatchers { await addLanes(of: dispatcher, to: &status) }
            expected = await ends.current(of: dispatchers, waiting: await parts.queue.waiting)
            status.expectedEnd = expected.all
        }
        let open = (try? await parts.ledger.openBatches(limit: Self.openBatchesShown)) ?? []
        let finished = (try? await parts.ledger.finishedBatches(limit: Self.finishedBatchesShown)) ?? []
        status.hooks = try? await parts.ledger.hookStatus()
        let counts = parts.metrics.counts
        status.speeds = counts.speeds
        status.laneStarts = counts.laneStarts.reversed()
        status.batches = (open + finished).map {
            SpoolStatus.Batch(record: $0, layout: layout, expectedEnd: expected.end(of: $0))
        }
        let isTrying = await pool?.isTrying ?? false
        let troubles = await pool?.troubles ?? EnginePool.Troubles()
        status.engineTroubles = troubles.reasons.map { engine, reason in
            SpoolStatus.EngineTrouble(engineID: engine.isEmpty ? nil : engine, reason: reason)
        }
        let reasonToWait = troubles.isOfAll ? troubles.texts.joined(separator: "; ") : nil
        if let trouble = parts.troubles.first ?? reasonToWait, state != .stopped {
            if state == .ready { status.state = .blocked }
            status.message = trouble
        } else {
            status.message =
                summary(of: status) + (isTrying ? "; a new configuration is being tried" : "")
                + troubles.texts.map { "; " + $0 }.joined()
        }
        return status
    }

    private func addLanes(of dispatcher: Dispatcher, to status: inout SpoolStatus) async {
        let name = await dispatcher.settings.engine.name
        status.lanes += await dispatcher.laneReports.map { lane in
            let engine = lane.engine
            return SpoolStatus.Lane(
                engineID: name.isEmpty ? nil : name, depth: engine.setting.depth, pMin: engine.setting.pMin,
                usesNgrams: engine.setting.usesNgrams, slots: engine.slots,
                busySlots: lane.inFlight, processID: engine.processID,
                engine: "\(engine.description.name) \(engine.description.version ?? "")",
                model: engine.description.modelName)
        }
        status.waitingEngines? += await dispatcher.waitingSettings.map {
            SpoolStatus.WaitingEngine(depth: $0.depth, pMin: $0.pMin, usesNgrams: $0.usesNgrams)
        }
        status.failedSettings? += await dispatcher.failures.map { failure in
            let rest = max(0, ContinuousClock.now.duration(to: failure.end) / .seconds(1))
            return SpoolStatus.FailedSetting(
                depth: failure.setting.depth, pMin: failure.setting.pMin,
                usesNgrams: failure.setting.usesNgrams, starts: failure.starts, reason: failure.reason,
                retryAt: Date(timeIntervalSinceNow: rest))
        }
    }

    private func summary(of status: SpoolStatus) -> String {
        let lanes = status.lanes.map { lane in
            let setting = DraftSetting(
                depth: lane.depth, pMin: lane.pMin, usesNgrams: lane.usesNgrams == true)
            return "\(setting.isSpeculating ? setting.label : "MTP off"), "
                + "\(lane.busySlots) of \(lane.slots) slots busy"
        }
        let speed = status.tokensPerSecond.map { String(format: ", %.0f tok/s", $0) } ?? ""
        let failed = (status.failedSettings ?? []).map {
            "; no engine starts at "
                + DraftSetting(depth: $0.depth, pMin: $0.pMin, usesNgrams: $0.usesNgrams).label
        }
        return
            "\(status.state.rawValue): \(lanes.isEmpty ? "no engine" : lanes.joined(separator: "; ")), \(status.queued) queued, "
            + "\(status.answered) answered, \(status.failed) failed\(speed)\(failed.joined())"
    }
}
