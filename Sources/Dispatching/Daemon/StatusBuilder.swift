import Foundation
import Spool

/// Puts the daemon's status together.
struct StatusBuilder {
    private static let finishedBatchesShown = 20
    private static let openBatchesShown = 100

    let parts: DaemonParts
    let dispatcher: Dispatcher?
    let layout: SpoolLayout

    func build(state: SpoolStatus.State) async -> SpoolStatus {
        var status = SpoolStatus(state: state, message: "", version: DraftspoolVersion.current)
        status.queued = await parts.queue.waiting + parts.queue.delayed
        if let dispatcher {
            let counts = await dispatcher.counts
            status.running = counts.running
            status.answered = counts.answered
            status.failed = counts.failed
            if counts.running > 0 {
                status.tokensPerSecond = counts.tokensPerSecond.map { $0 * Double(counts.running) }
            }
            status.lane = await dispatcher.lane.map { lane in
                SpoolStatus.Lane(
                    depth: lane.setting.depth, pMin: lane.setting.pMin, slots: lane.slots,
                    busySlots: counts.running, processID: lane.processID,
                    engine: "\(lane.description.name) \(lane.description.version ?? "")",
                    model: lane.description.modelName)
            }
        }
        let open = (try? await parts.ledger.openBatches(limit: Self.openBatchesShown)) ?? []
        let finished = (try? await parts.ledger.finishedBatches(limit: Self.finishedBatchesShown)) ?? []
        status.batches = (open + finished).map { SpoolStatus.Batch(record: $0, layout: layout) }
        if let trouble = await trouble(), state != .stopped {
            if state == .ready { status.state = .blocked }
            status.message = trouble
        } else {
            status.message = summary(of: status)
        }
        return status
    }

    private func trouble() async -> String? {
        if let reason = parts.troubles.first { return reason }
        return await dispatcher?.trouble
    }

    private func summary(of status: SpoolStatus) -> String {
        let lane = status.lane.map {
            "\($0.depth == 0 ? "MTP off" : "depth \($0.depth)"), \($0.busySlots) of \($0.slots) slots busy"
        }
        let speed = status.tokensPerSecond.map { String(format: ", %.0f tok/s", $0) } ?? ""
        return "\(status.state.rawValue): \(lane ?? "no engine"), \(status.queued) queued, "
            + "\(status.answered) answered, \(status.failed) failed\(speed)"
    }
}
