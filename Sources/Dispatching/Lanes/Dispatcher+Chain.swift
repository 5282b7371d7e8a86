import Engine
import Logging
import Speculation

extension Dispatcher {
    /// What became of the wish for a lane.
    private enum Opening {
        case again
        case start(ResidentEngine, turns: AsyncStream<DraftSetting>)
        /// Another engine has to wait or end first.
        case full
    }

    /// Runs one lane after another at a place, each as the one before decides, until the dispatcher drains.
    ///
    /// Engines that have served wait in memory while there is room, so that going back to one costs no start.
    ///
    /// - Returns: The last setting.
    /// - Throws: ``EngineError`` when one does not start, or ends while it serves; then all of them have ended.
    func runChain(_ berth: Int, from first: DraftSetting) async throws -> DraftSetting {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (events, event) = AsyncStream<LaneEvent>.makeStream()
            var iterator = events.makeAsyncIterator()
            defer { berths[berth].removeAll() }
            var setting = first
            var isWanted = true
            while true {
                if isDraining {
                    berths[berth].stopWaiting(beyond: 0)
                    if berths[berth].residents.isEmpty { break }
                } else if isWanted {
                    switch open(setting, at: berth) {
                    case .again: isWanted = false
                    case .full: break
                    case .start(let engine, let turns):
                        isWanted = false
                        group.addTask { await self.runLane(engine, berth: berth, turns: turns, event) }
                    }
                } else if berths[berth].isUnserved {
                    isWanted = true
                    continue
                } else {
                    berths[berth].stopWaiting(beyond: residentLanes(berth))
                }
                guard let next = await iterator.next(isolation: self) else { break }
                switch next {
                case .change(let wanted): (setting, isWanted) = (wanted, true)
                case .waits, .ended(nil): break
                case .ended(let error?):
                    guard let error = error as? EngineError, case .startFailed(let reason, _) = error else {
                        throw error
                    }
                    guard !berths[berth].residents.isEmpty else {
                        noteFailedStart(setting, at: berth, error, reason: reason)
                        throw error
                    }
                    berths[berth].noteFull(for: setting)
                    isWanted = true
                    let others = berths[berth].residents.count
                    logger.warning(
                        "The engine at \(setting.label) did not start beside \(others) others; no more are kept now: \(error)"
                    )
                }
            }
            try Task.checkCancellation()
            return setting
        }
    }

    private func residentLanes(_ berth: Int) -> Int { min(source.residentLanes, berths[berth].mostResidents) }

    /// Gives the place to an engine at `setting`: to one that waits, or to a new one where there is room.
    private func open(_ setting: DraftSetting, at berth: Int) -> Opening {
        if berths[berth].resume(setting) { return .again }
        let residents = berths[berth].residents
        if berths[berth].offers(setting) { return .full }
        let startsAlone =
            settings.engine.laneOverlap == .automatic && source.overlap == .starting
            && berths[berth].startsQuickly
        if startsAlone, isOccupied(berth) { return .full }
        let duringChange = source.overlap == .none || startsAlone ? 1 : 2
        var room = min(max(source.residentLanes, duringChange), berths[berth].mostResidents)
        if residents.count > 0, !source.hasRoom() { room = min(room, residents.count) }
        guard residents.count < room else {
            berths[berth].stopWaiting(beyond: room - 1)
            return .full
        }
        laneCount += 1
        let (turns, turn) = AsyncStream<DraftSetting>.makeStream()
        turn.yield(setting)
        let engine = ResidentEngine(
            number: laneCount, setting: setting, socket: berths[berth].freeSocket, turns: turn)
        berths[berth].add(engine)
        return .start(engine, turns: turns)
    }

    private func runLane(
        _ lane: ResidentEngine, berth: Int, turns: AsyncStream<DraftSetting>,
        _ event: AsyncStream<LaneEvent>.Continuation
    ) async {
        let place = LanePlace(
            device: berths[berth].device, socketName: "\(socketPrefix)-\(berth)-\(lane.socket)")
        do {
            try await source.withEngine(lane.setting, at: place, logger: logger) { engine in
                await self.note(engine.requestDepth, of: lane.number, at: berth)
                var isResident = false
                for await setting in turns {
                    try await self.serve(
                        isResident ? engine.serving(setting) : engine, number: lane.number, berth: berth,
                        isResident: isResident
                    ) { event.yield(.change($0)) }
                    // An engine that dies or falls silent ends its prompts this way: it does not wait, it failed.
                    try Task.checkCancellation()
                    isResident = true
                    await self.beginWaiting(lane.number, at: berth)
                    event.yield(.waits)
                }
                // The engine's death ends the loop too.
                try Task.checkCancellation()
            }
            _ = berths[berth].remove(lane.number)
            event.yield(.ended(nil))
        } catch {
            guard berths[berth].remove(lane.number) else {
                event.yield(.ended(error))
                return
            }
            logger.warning("The waiting engine at \(lane.setting.label) is gone: \(error)")
            event.yield(.ended(nil))
        }
    }

    private func note(_ depth: RequestDepth?, of number: Int, at berth: Int) {
        berths[berth].note(depth, of: number)
    }

    private func beginWaiting(_ number: Int, at berth: Int) { berths[berth].beginWaiting(number) }
}
