/// What is told of the engines of a pool.
extension EnginePool {
    /// In the order of their beginning.
    private var servings: [Serving] {
        get async {
            var servings: [Serving] = []
            for place in places { if let serving = await place.seat.serving { servings.append(serving) } }
            return servings
        }
    }

    /// What runs, engine by engine.
    var dispatchers: [Dispatcher] {
        get async {
            var dispatchers: [Dispatcher] = []
            for serving in await servings { dispatchers += await serving.dispatchers }
            return dispatchers
        }
    }

    /// Whether an engine of a new configuration is being tried.
    var isTrying: Bool {
        get async {
            for serving in await servings where await serving.isTrying { return true }
            return false
        }
    }

    /// What the engines did since the daemon started.
    var counts: DispatchCounts {
        get async {
            var counts = past
            for place in places { counts.add(await place.seat.counts) }
            return counts
        }
    }

    /// Why engines take no prompts.
    struct Troubles: Sendable {
        /// Why work waits: every engine has a reason.
        var all: String?
        /// What is wrong with some of them.
        var some: [String] = []
    }

    var troubles: Troubles {
        get async {
            let staying = places.filter { !$0.isLeaving }
            guard staying.count > 1 else { return Troubles(all: await staying.first?.seat.serving?.trouble) }
            var reasons: [String] = []
            for place in staying {
                if let reason = await place.seat.trouble { reasons.append("\(place.name): \(reason)") }
            }
            return reasons.count == staying.count
                ? Troubles(all: reasons.joined(separator: "; ")) : Troubles(some: reasons)
        }
    }
}
