import Engine
import Logging
import Speculation
import Systemd

extension Dispatcher {
    /// Runs lanes at every place until the dispatcher drains.
    func runLanes() async throws {
        let first = await firstSetting()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for berth in berths.indices { group.addTask { try await self.runBerth(berth, from: first) } }
            // The first error ends the others, which may be waiting for what has failed.
            for try await _ in group {}
        }
        await store.save()
    }

    private func runBerth(_ berth: Int, from first: DraftSetting) async throws {
        var backoff = Backoff()
        var setting = first
        while !isDraining {
            try Task.checkCancellation()
            do {
                setting = try await runChain(berth, from: setting)
            } catch let error as EngineError {
                if endsStart(error) { throw error }
                if case .startFailed = error, let other = await settingInstead() {
                    _ = berths[berth].breakDown()
                    await requeueInterrupted(at: berth, after: error)
                    setting = other
                    continue
                }
                trouble = "\(error)"
                let pause = backoff.next(afterRunning: berths[berth].breakDown())
                logger.error(
                    "The engine is gone, next try in \(Int(pause.inSeconds)) s: \(error)",
                    metadata: [
                        "MESSAGE_ID": "\(MessageID.laneCrashed.rawValue)", "depth": "\(setting.depth)",
                    ])
                await requeueInterrupted(at: berth, after: error)
                try await Task.sleep(for: pause)
            }
        }
    }

    /// Whether an error before the first prompt ends the dispatcher.
    func endsStart(_ error: EngineError) -> Bool {
        guard !isReady else { return false }
        switch start {
        case .again: return false
        case .trial: return answeredBerths.count < berths.count
        case .first:
            guard case .startFailed = error else { return false }
            // Where one setting runs and another cannot, fewer slots may suit both.
            return !hasAnswered || source.withFewerSlots() != nil
        }
    }

    /// Serves prompts with an engine until another setting is wanted, which `change` is told, or the dispatcher drains.
    ///
    /// - Parameter isResident: it has served before, and was kept.
    /// - Throws: ``EngineError`` if the engine cannot be reached any more.
    func serve(
        _ engine: LaneEngine, number: Int, berth: Int, isResident: Bool,
        change: @escaping @Sendable (DraftSetting) -> Void
    ) async throws {
        if !isAdmitted { try await applyForAdmission(engine, at: berth) }
        if !isReady {
            try await probe(engine)
            hasAnswered = true
            if berth == 0, let next = settingsToMeasure.popLast() { return change(next) }
        }
        if source.overlap != .serving { await waitUntilFree(berth) }
        let changeBefore =
            isResident
            ? berths[berth].becomeBusyAgain()
            : berths[berth].becomeBusy(
                startMilliseconds: engine.startMilliseconds, takesOver: isOccupied(berth))
        var lane = RunningLane(berth: berth, engine: engine, changeBefore: changeBefore)
        if let plan = berths[berth].nextPlan, plan.setting == engine.setting { lane.plan = plan.renewed() }
        berths[berth].nextPlan = nil
        if source.findsConcurrency { lane.concurrency = ConcurrencyLimit(greatest: engine.slots) }
        lanes[number] = lane
        lastServed = engine.setting
        failedSettings.clear(engine.setting)
        trouble = nil
        let start = isResident ? "again" : "after \(Int(engine.startMilliseconds)) ms"
        logger.info(
            "Lane at \(engine.setting.label) is up \(start)",
            metadata: [
                "MESSAGE_ID": "\(MessageID.laneStarted.rawValue)", "depth": "\(engine.setting.depth)",
                "slots": "\(engine.slots)", "engine": "\(engine.description.name)",
                "engine_version": "\(engine.description.version ?? "")",
                "engine_pid": "\(engine.processID ?? 0)",
            ])
        if !isReady {
            isReady = true
            await onReady()
        }
        await withTaskGroup { group in
            for _ in 0..<engine.slots {
                group.addTask {
                    while let assignment = await self.next(in: number, change: change) {
                        await self.run(assignment, in: number, on: engine)
                    }
                }
            }
        }
        let fault = lanes[number]?.fault
        lanes[number] = nil
        if !isOccupied(berth) { berths[berth].becomeIdle() }
        await withdrawOffer(of: number)
        wakeAll()
        if let fault { throw fault }
        logger.info(
            "Lane at \(engine.setting.label) ends",
            metadata: [
                "MESSAGE_ID": "\(MessageID.laneStopped.rawValue)", "depth": "\(engine.setting.depth)",
            ])
    }

    /// Shows that a trial's engine answers, and waits until all of them have and prompts may be sent.
    private func applyForAdmission(_ engine: LaneEngine, at berth: Int) async throws {
        try await EngineProbe(
            engine: engine, requestTimeout: settings.engine.requestTimeout,
            readingSpeed: runner.readingSpeed
        ).check()
        answeredBerths.insert(berth)
        if answeredBerths.count == berths.count, case .trial(let answered) = start {
            await answered()
            isAdmitted = true
            wakeAll()
        }
        while !isAdmitted, !isDraining, !Task.isCancelled { await waitForChange() }
        try Task.checkCancellation()
    }

    /// Waits until no lane at the place has prompts left.
    private func waitUntilFree(_ berth: Int) async {
        while !Task.isCancelled, isOccupied(berth) { await waitForChange() }
    }

    func isOccupied(_ berth: Int) -> Bool { lanes.values.contains { $0.berth == berth } }

    // MARK: Measuring

    /// The setting to begin with; on an engine that was never measured that is off, and the one to measure next is
    /// noted.
    private func firstSetting() async -> DraftSetting {
        if source.candidates.count == 1 { return source.candidates[0] }
        let drafting = source.candidates.filter(\.isDrafting)
        let threshold = drafting.map(\.pMin).min() ?? 0
        let middle = drafting.last { $0.depth <= 3 && $0.pMin == threshold } ?? .off
        let model = await store.model
        guard settings.speculation.probe, !model.hasMeasuredCost(of: .off)
        else {
            let last = model.lastSetting.flatMap { source.candidates.contains($0) ? $0 : nil }
            return await settingForBacklog() ?? last ?? middle
        }
        logger.notice("Measuring a new engine at depth 0 and \(middle.depth)")
        settingsToMeasure = [middle]
        return .off
    }

    /// Shows that the first engine answers; one that is new at its setting is timed.
    private func probe(_ engine: LaneEngine) async throws {
        let probe = EngineProbe(
            engine: engine, requestTimeout: settings.engine.requestTimeout,
            readingSpeed: runner.readingSpeed)
        let model = await store.model
        guard settings.speculation.probe, source.candidates.count > 1,
            !model.hasMeasuredCost(of: engine.setting)
        else { return try await probe.check() }
        for lesson in try await probe.timeSteps(busySlots: busySlotsToMeasure) {
            await store.learnProbe(lesson.observation)
            if let reading = lesson.reading {
                await store.learnReading(
                    engine.setting, tokens: reading.tokens, milliseconds: reading.milliseconds)
            }
        }
    }

    /// One slot and all of them, which tells drafting apart from verifying; where their number is to be chosen also
    /// half of them.
    private var busySlotsToMeasure: [Int] {
        let middle = source.slotChoices.count > 1 ? [(source.slots + 1) / 2] : []
        return Set([1, source.slots] + middle).sorted()
    }
}
