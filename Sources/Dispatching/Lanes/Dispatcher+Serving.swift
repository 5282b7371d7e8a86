import Engine
import Foundation
import Logging
import Speculation
import Spool
import Systemd

/// A lane from its first prompt to its last, and what comes before a dispatcher's first.
extension Dispatcher {
    /// Serves prompts with an engine until another setting is wanted, which `change` is told, or the dispatcher drains.
    ///
    /// - Parameter again: it has served before, and was kept.
    /// - Throws: ``EngineError`` if the engine cannot be reached any more.
    func serve(
        _ engine: LaneEngine, number: Int, on index: Int, again: Bool,
        change: @escaping @Sendable (DraftSetting) -> Void
    ) async throws {
        let device = devices[index]
        if !startUp.isAdmitted { try await applyForAdmission(engine, on: device) }
        let isFirst = !startUp.isReady
        if isFirst {
            try await probe(engine)
            startUp.noteAnswer()
        }
        noteUp(engine, number: number, on: device)
        if isFirst, index == 0, let next = startUp.nextToMeasure() { return change(next) }
        if source.overlap != .serving { await wait { !isOccupied(device) } }
        try Task.checkCancellation()
        let changeBefore =
            again
            ? device.becomeBusyAgain()
            : device.becomeBusy(startMilliseconds: engine.startMilliseconds, takesOver: isOccupied(device))
        if device.noteServing(engine.setting) {
            runner.metrics.noteLaneChange(of: settings.engine.name, seconds: changeBefore / .seconds(1))
        }
        let lane = Lane(
            number, on: device, engine: engine, findsConcurrency: source.findsConcurrency,
            changeBefore: changeBefore)
        begin(lane)
        runner.metrics.note(
            SpoolStatus.LaneStart(
                at: Date(), engineID: settings.engine.name.isEmpty ? nil : settings.engine.name,
                engine: [engine.description.name, engine.description.version].compactMap(\.self)
                    .joined(separator: " "),
                depth: engine.setting.depth, pMin: engine.setting.pMin,
                usesNgrams: engine.setting.usesNgrams, slots: engine.slots))
        announce(engine, again: again)
        if !startUp.isReady {
            startUp.becomeReady()
            await onReady()
        }
        await withDiscardingTaskGroup { group in
            repeat {
                while let assignment = await next(in: lane, change: change) {
                    group.addTask { await self.run(assignment, in: number, on: engine) }
                }
            } while await hasComeBack(lane)
        }
        end(lane)
        await withdrawOffer(of: lane)
        if let fault = lane.fault { throw fault }
        logger.info(
            "Lane at \(engine.setting.label) ends",
            metadata: [
                "MESSAGE_ID": "\(MessageID.laneStopped.rawValue)", "depth": "\(engine.setting.depth)",
            ])
    }

    /// Whether an engine that seemed to be gone can be sent prompts again. As long as it works on others, these are not
    /// waited for: the longest may take hours. Nor do prompts that came back from it wait for it while it is away.
    private func hasComeBack(_ lane: Lane) async -> Bool {
        var backoff = Backoff()
        while let fault = lane.fault {
            let before = reloads
            let deadline = ContinuousClock.now + backoff.next(afterRunning: .zero)
            while lane.inFlight > 0, reloads == before, ContinuousClock.now < deadline, !isDraining,
                !Task.isCancelled
            {
                await lane.wait(until: deadline)
            }
            guard lane.inFlight > 0, !isDraining, !Task.isCancelled else { return false }
            guard await lane.engine.engine.isHealthy() else {
                note(trouble: "\(fault)")
                logger.warning(
                    "The engine does not answer; it has \(lane.inFlight) prompts under way: \(fault)")
                lane.device.noteFailure(of: lane.number, worksOnOthers: true)
                await requeueInterrupted(on: lane.device, after: fault)
                continue
            }
            note(trouble: nil)
            logger.notice(
                "The engine answers again; prompts are sent to it",
                metadata: ["MESSAGE_ID": "\(MessageID.engineResumed.rawValue)"])
            lane.recover()
            lane.device.noteFailure(of: lane.number, worksOnOthers: true)
            await requeueInterrupted(on: lane.device, after: fault)
            lane.device.noteRecovery()
            return true
        }
        return false
    }

    private func announce(_ engine: LaneEngine, again: Bool) {
        let start = again ? "again" : "after \(Int(engine.startMilliseconds)) ms"
        logger.info(
            "Lane at \(engine.setting.label) is up \(start)",
            metadata: [
                "MESSAGE_ID": "\(MessageID.laneStarted.rawValue)", "depth": "\(engine.setting.depth)",
                "slots": "\(engine.slots)", "engine": "\(engine.description.name)",
                "engine_version": "\(engine.description.version ?? "")",
                "engine_pid": "\(engine.processID ?? 0)",
            ])
    }

    // MARK: Before the first prompt

    /// Shows that a trial's engine answers, and waits until all of them have and prompts may be sent.
    private func applyForAdmission(_ engine: LaneEngine, on device: Device) async throws {
        try await probe(of: engine).check()
        if let answered = startUp.noteTrial(of: device.index) {
            await answered()
            try Task.checkCancellation()
            startUp.admit()
            wakeAll()
        }
        await wait { startUp.isAdmitted || isDraining }
        try Task.checkCancellation()
    }

    private func probe(of engine: LaneEngine) -> EngineProbe {
        EngineProbe(
            engine: engine, requestTimeout: settings.engine.requestTimeout,
            readingSpeed: runner.learning.readingSpeed)
    }

    /// Shows that the first engine answers; one that is new at its setting is timed.
    private func probe(_ engine: LaneEngine) async throws {
        let model = await store.model
        guard settings.speculation.probe, source.candidates.count > 1,
            !model.hasMeasuredCost(of: engine.setting)
        else { return try await probe(of: engine).check() }
        for lesson in try await probe(of: engine).timeSteps(busySlots: source.choice.busySlotsToMeasure) {
            await store.learnProbe(lesson.observation)
            if let reading = lesson.reading {
                await store.learnReading(
                    engine.setting, tokens: reading.tokens, milliseconds: reading.milliseconds)
            }
        }
    }

    /// The setting to begin with; on an engine that was never measured that is off, and the one to measure next is
    /// noted.
    func firstSetting() async -> DraftSetting {
        if source.candidates.count == 1 { return source.candidates[0] }
        let middle = source.choice.settingToMeasure
        let model = await store.model
        guard settings.speculation.probe, !model.hasMeasuredCost(of: .off)
        else {
            let last = model.lastSetting.flatMap { source.candidates.contains($0) ? $0 : nil }
            return await settingForBacklog() ?? last ?? middle
        }
        logger.notice("Measuring a new engine at depth 0 and \(middle.depth)")
        startUp.measure([middle])
        return .off
    }
}
