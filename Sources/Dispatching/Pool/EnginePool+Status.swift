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
    package var dispatchers: [Dispatcher] {
        get async {
            var dispatchers: [Dispatcher] = []
            for serving in await servings { dispatchers += await serving.dispatchers }
            return dispatchers
        }
    }

    /// Whether an engine of a new configuration is being tried.
    package var isTrying: Bool {
        get async {
            for serving in await servings where await serving.isTrying { return true }
            return false
        }
    }

    /// What the engines did since the daemon started.
    package var counts: DispatchCounts {
        get async {
            var counts = past
            for place in places { counts.add(await place.seat.counts) }
            return counts
        }
    }

    /// Why engines take no prompts.
    package struct Troubles: Sendable {
        /// Of those that take none, in the order of their beginning.
        package var reasons: [(engine: String, reason: String)] = []
        /// Whether every engine has one, so that work waits.
        package var isOfAll = false

        package init() {}

        /// With the engines' names, for people.
        package var texts: [String] {
            reasons.map { $0.engine.isEmpty ? $0.reason : "\($0.engine): \($0.reason)" }
        }
    }

    package var troubles: Troubles {
        get async {
            let staying = places.filter { !$0.isLeaving }
            var troubles = Troubles()
            for place in staying {
                let isReady = await place.seat.isReady
                // Of the only engine the daemon's state says that it starts.
                let missing: String? = isReady || staying.count == 1 ? nil : "has not answered yet"
                if let reason = await place.seat.trouble ?? missing {
                    troubles.reasons.append((place.name, reason))
                }
            }
            troubles.isOfAll = !staying.isEmpty && troubles.reasons.count == staying.count
            return troubles
        }
    }
}
