import Engine
import Logging
import Loops
import Speculation
import Systemd

/// Engines: on each device one serves after another, and those that have served wait there while there is room.
extension Dispatcher {
    /// What happens to the engines of a device.
    private enum Event: Sendable {
        /// The lane that serves gives way to one at this setting.
        case change(DraftSetting)
        /// A lane has served and its engine waits.
        case waits
        /// An engine has ended as it was to.
        case ended
        /// An engine that served, or was to, has ended.
        case failed(any Error, number: Int)
    }

    /// What became of the wish for a lane.
    private enum Opening {
        case again
        case start(DeviceEngine, turns: AsyncStream<DraftSetting>)
        /// Another engine has to wait or end first.
        case full
    }

    /// Runs lanes on every device until the dispatcher drains.
    func runLanes() async throws {
        let first = await firstSetting()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for device in devices.indices {
                group.addTask { try await self.keepServing(on: device, from: first) }
            }
            // The first error ends the others, which may be waiting for what has failed.
            for try await _ in group {}
        }
        await store.save()
    }

    /// Starts anew what fails.
    private func keepServing(on index: Int, from first: DraftSetting) async throws {
        let device = devices[index]
        var backoff = Backoff()
        var setting = first
        while !isDraining {
            try Task.checkCancellation()
            do {
                setting = try await serve(on: device, from: setting)
            } catch let error as EngineError {
                if endsStart(error) { throw error }
                if case .startFailed = error, let other = await settingInstead() {
                    _ = device.breakDown()
                    await requeueInterrupted(on: device, after: error)
                    setting = other
                    continue
                }
                note(trouble: error.logDescriptionWithoutLastWords)
                let pause = backoff.next(afterRunning: device.breakDown())
                logger.error(
                    "The engine is gone, next try in \(pause.secondsText): \(error)",
                    metadata: [
                        "MESSAGE_ID": "\(MessageID.laneCrashed.rawValue)", "depth": "\(setting.depth)",
                    ])
                await requeueInterrupted(on: device, after: error)
                try await rest(for: pause)
            }
        }
    }

    /// Waits for a while, or until there is a new configuration: what was wrong may have been mended.
    private func rest(for pause: Duration) async throws {
        let before = reloads
        _ = try await unless({ await self.waitForReload(after: before) }) { try await Task.sleep(for: pause) }
    }

    private func waitForReload(after before: Int) async { await wait { reloads > before } }

    /// Runs one lane after another on a device, each as the one before decides, until the dispatcher drains.
    ///
    /// Engines that have served wait in memory while there is room, so that going back to one costs no start.
    ///
    /// - Returns: The last setting.
    /// - Throws: ``EngineError`` when one does not start, or ends while it serves; then all of them have ended.
    private func serve(on device: Device, from first: DraftSetting) async throws -> DraftSetting {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (events, event) = AsyncStream<Event>.makeStream()
            var iterator = events.makeAsyncIterator()
            defer { device.engines.removeAll() }
            var setting = first
            var isWanted = true
            while true {
                if isDraining {
                    device.engines.stopWaiting(beyond: 0)
                    if device.engines.isEmpty { break }
                } else if isWanted {
                    switch open(setting, on: device) {
                    case .again: isWanted = false
                    case .full: break
                    case .start(let engine, let turns):
                        isWanted = false
                        let index = device.index
                        group.addTask { await self.run(engine, on: index, turns: turns, event) }
                    }
                } else if device.engines.isUnserved {
                    isWanted = true
                    continue
                } else {
                    device.engines.stopWaiting(beyond: min(source.residentLanes, device.engines.most))
                }
                guard let next = await iterator.next(isolation: self) else { break }
                switch next {
                case .change(let wanted): (setting, isWanted) = (wanted, true)
                case .waits, .ended: break
                case .failed(let error, let number):
                    device.noteFailure(of: number)
                    guard let error = error as? EngineError, case .startFailed(let reason, _) = error else {
                        throw error
                    }
                    guard !device.engines.isEmpty else {
                        noteFailedStart(setting, on: device, error, reason: reason)
                        throw error
                    }
                    device.engines.noteFull(for: setting)
                    isWanted = true
                    let others = device.engines.count
                    logger.warning(
                        "The engine at \(setting.label) did not start beside \(others) others; no more are kept now: \(error)"
                    )
                }
            }
            try Task.checkCancellation()
            return setting
        }
    }

    /// Gives the device to an engine at `setting`: to one that waits, or to a new one where there is room.
    private func open(_ setting: DraftSetting, on device: Device) -> Opening {
        if device.engines.resume(setting) { return .again }
        if device.engines.offers(setting) { return .full }
        let startsAlone =
            settings.engine.laneOverlap == .automatic && source.overlap == .starting && device.startsQuickly
        if startsAlone, isOccupied(device) { return .full }
        let duringChange = source.overlap == .none || startsAlone ? 1 : 2
        let count = device.engines.count
        var room = min(max(source.residentLanes, duringChange), device.engines.most)
        if count > 0, !source.hasRoom() { room = min(room, count) }
        guard count < room else {
            device.engines.stopWaiting(beyond: room - 1)
            return .full
        }
        let (turns, turn) = AsyncStream<DraftSetting>.makeStream()
        turn.yield(setting)
        let engine = DeviceEngine(
            number: nextLaneNumber(), setting: setting, socket: device.engines.freeSocket, turns: turn)
        device.engines.add(engine)
        return .start(engine, turns: turns)
    }

    /// Runs an engine, which serves as often as it is let.
    private func run(
        _ engine: DeviceEngine, on index: Int, turns: AsyncStream<DraftSetting>,
        _ event: AsyncStream<Event>.Continuation
    ) async {
        let device = devices[index]
        let number = engine.number
        let place = LanePlace(
            device: device.name, socketName: "\(socketPrefix)-\(index)-\(engine.socket)")
        do {
            try await source.withEngine(engine.setting, at: place, logger: logger) { running in
                await self.noteStart(of: running, number: number, on: index)
                var hasServed = false
                for await setting in turns {
                    try await self.serve(
                        hasServed ? running.serving(setting) : running, number: number, on: index,
                        again: hasServed
                    ) { event.yield(.change($0)) }
                    // An engine that dies or falls silent ends its prompts this way: it does not wait, it failed.
                    try Task.checkCancellation()
                    hasServed = true
                    await self.beginWaiting(number, on: index)
                    event.yield(.waits)
                }
                // The engine's death ends the loop too.
                try Task.checkCancellation()
            }
            _ = device.engines.remove(number)
            event.yield(.ended)
        } catch {
            noteEnd(of: number, on: device, by: error)
            guard device.engines.remove(number) else {
                event.yield(.failed(error, number: number))
                return
            }
            logger.warning("The waiting engine at \(engine.setting.label) is gone: \(error)")
            event.yield(.ended)
        }
    }

    private func noteStart(of engine: LaneEngine, number: Int, on index: Int) {
        devices[index].engines.note(engine.requestDepth, of: number)
    }

    /// Counts the start of an engine, once it has answered what it is asked before it serves.
    func noteUp(_ engine: LaneEngine, number: Int, on device: Device) {
        guard !device.engines.isUp(number) else { return }
        device.engines.noteUp(number)
        runner.metrics.noteStart(of: settings.engine.name, seconds: engine.startMilliseconds / 1000)
    }

    /// Counts the end of an engine that was not a stop.
    private func noteEnd(of number: Int, on device: Device, by error: any Error) {
        guard let error = error as? EngineError, error != .cancelled else { return }
        if device.engines.isUp(number) {
            runner.metrics.noteLoss(of: settings.engine.name)
        } else {
            runner.metrics.noteFailedStart(of: settings.engine.name)
        }
    }

    private func beginWaiting(_ number: Int, on index: Int) { devices[index].engines.beginWaiting(number) }
}
