/// What engines that share work are expected to need for it, of each of which was foreseen what one of its lanes would do
/// if it had all of the work that it can do.
public struct SharedForecast: Sendable {
    private struct Engine: Sendable {
        let work: WorkForecast
        let lanes: Int
        let delay: Double
        /// The groups that it can serve.
        let groups: Set<String>

        func isAmong(_ keys: Set<String>) -> Bool { groups.isSubset(of: keys) }

        func seconds(_ isMeant: (WorkForecast.Part) -> Bool) -> LikelyValue {
            work.parts.reduce(UncertainSum()) { isMeant($1) ? $0 + $1.seconds : $0 }.likely
        }
    }

    private var engines: [Engine] = []

    public init() {}

    /// Adds an engine; one that can do nothing of the work has no part.
    ///
    /// - Parameters:
    ///   - work: what one of its lanes would do.
    ///   - lanes: how many there are.
    ///   - delay: seconds until they begin.
    public mutating func add(_ work: WorkForecast, lanes: Int, after delay: Double = 0) {
        guard !work.parts.isEmpty, lanes > 0 else { return }
        engines.append(
            Engine(work: work, lanes: lanes, delay: delay, groups: Set(work.parts.map(\.key))))
    }

    /// What is served, each group once: as the first engine would that can.
    public var parts: [WorkForecast.Part] {
        var seen: Set<String> = []
        var parts: [WorkForecast.Part] = []
        for part in engines.flatMap(\.work.parts) where seen.insert(part.key).inserted { parts.append(part) }
        return parts
    }

    /// The batches that have prompts among it.
    public var batches: Set<String> { Set(engines.flatMap(\.work.ends.keys)) }

    /// Seconds until everything is done; nil where there is nothing, or nobody to do it.
    ///
    /// Work that only some engines can do is done no sooner than by these together, so the longest of such times is that of
    /// all.
    public var total: LikelyValue? {
        var servers: [String: Set<Int>] = [:]
        for (index, engine) in engines.enumerated() {
            for group in engine.groups { servers[group, default: []].insert(index) }
        }
        var teams = Set(servers.values)
        teams.insert(Set(engines.indices))
        var longest: LikelyValue?
        for team in teams {
            let groups = Set(servers.filter { $0.value.isSubset(of: team) }.keys)
            guard let time = seconds(of: groups, by: team) else { continue }
            if time.value > longest?.value ?? -1 { longest = time }
        }
        return longest
    }

    private func seconds(of groups: Set<String>, by team: Set<Int>) -> LikelyValue? {
        var time = SharedTime()
        for (index, engine) in engines.enumerated() where team.contains(index) {
            let alone =
                engine.isAmong(groups)
                ? engine.work.total.likely : engine.seconds { groups.contains($0.key) }
            time.add(alone, lanes: engine.lanes, after: engine.delay)
        }
        return time.likely
    }

    /// Seconds until a batch is done; nil where nobody has prompts of it.
    public func end(of batch: String) -> LikelyValue? {
        var time = SharedTime()
        for engine in engines {
            guard let end = engine.work.ends[batch] else { continue }
            time.add(end.likely, lanes: engine.lanes, after: engine.delay)
        }
        return time.likely
    }

    /// Seconds that some of the work takes, changes between lanes left aside; nil where there is none.
    public func seconds(of isMeant: (WorkForecast.Part) -> Bool) -> LikelyValue? {
        var time = SharedTime()
        for engine in engines where engine.work.parts.contains(where: isMeant) {
            time.add(engine.seconds(isMeant), lanes: engine.lanes, after: 0)
        }
        return time.likely
    }
}
