import Logging
import Loops
import Systemd

/// Reading the configuration again: what is new begins, what has changed is changed, the rest goes.
extension EnginePool {
    func reload() async {
        beginReload()
        // Before the first readiness the manager waits for that.
        let isAnnounced = isReady
        if isAnnounced { notifier.reloading() }
        do {
            let old = await known
            if let new = try await unless(
                { await self.waitForInterruption() }, { try await self.reader.read(replacing: old) })
            {
                await change(to: new)
                await onReload()
            }
        } catch {
            refuse(error)
        }
        if isAnnounced, !wantsReload, !isOver { notifier.ready(status: "ready") }
    }

    /// The configuration in force, with the engines as they are.
    private var known: PoolConfiguration {
        get async {
            var known = configuration
            known.engines = []
            for place in places where !place.isLeaving { known.engines.append(await place.seat.engine) }
            return known
        }
    }

    private func change(to new: PoolConfiguration) async {
        let staying = places.filter { !$0.isLeaving }
        if let only = staying.first, staying.count == 1, new.engines.count == 1 {
            let (outcome, isTaken) = await change(only.seat, to: new)
            switch outcome {
            case .refused(let error): refuse(error)
            case .accepted where !isTaken: take(new)
            case .accepted, .interrupted: break
            }
            return
        }
        take(new)
        let names = Set(new.engines.map(\.name))
        let leaving = Set(staying.filter { !names.contains($0.name) }.map(\.number))
        replace(
            leaving, by: new.engines.filter { engine in !staying.contains { $0.name == engine.name } })
        await withTaskGroup { group in
            for place in staying {
                guard let engine = new.engines.first(where: { $0.name == place.name }) else { continue }
                group.addTask { await self.change(place, to: engine) }
            }
        }
    }

    /// Lets engines go that are not configured any more, once one that is takes prompts, or does not start beside them.
    func release(_ leaving: Set<Int>, newFrom first: Int) async {
        await wait {
            isOver
                || places.contains { !$0.isLeaving && ($0.isReady || $0.number >= first && $0.hasFailed) }
        }
        let limit = settings.current.dispatch.drainTimeout
        for place in places where leaving.contains(place.number) { await place.seat.end(within: limit) }
    }

    /// Changes one of several engines; what came of it is its own affair.
    private func change(_ place: Place, to engine: PoolEngine) async {
        if case .refused(let error) = await place.seat.change(to: engine) {
            logger.error(
                "\(engine.subject) stays as it was: \(error); mend that and reload again",
                metadata: ["MESSAGE_ID": "\(MessageID.configRefused.rawValue)"])
        }
    }

    private func refuse(_ error: any Error) {
        logger.error(
            "The new configuration is refused, the old one stays: \(error); mend that and reload again",
            metadata: ["MESSAGE_ID": "\(MessageID.configRefused.rawValue)"])
    }

    /// Returns when a stop, or a further reload, makes what is being done obsolete.
    private func waitForInterruption() async { await wait { wantsReload || isOver } }
}
