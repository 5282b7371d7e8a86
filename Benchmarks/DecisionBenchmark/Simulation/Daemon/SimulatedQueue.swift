import Intake
import Speculation

/// The prompts of a batch that wait, in the groups in which the daemon plans them.
struct SimulatedQueue {
    private struct Group {
        let key: String
        /// Of its first prompt, as the ledger has it of a group.
        let traits: PromptTraits
        /// What is assumed of the length of an answer before any was seen.
        let assumedTokens: Double
        /// Places in the batch, in input order.
        let places: [Int]
        /// How many of them were taken.
        var taken = 0

        var waiting: Int { places.count - taken }
    }

    /// In the order of their first prompts.
    private var groups: [Group]
    private(set) var waiting: Int

    init(_ prompts: [SimulatedPrompt]) {
        var places: [String: [Int]] = [:]
        var keys: [String] = []
        for (place, prompt) in prompts.enumerated() {
            let key = prompt.judgement.group
            if places[key] == nil { keys.append(key) }
            places[key, default: []].append(place)
        }
        groups = keys.map { key in
            let own = places[key] ?? []
            let assumed = own.map { PromptJudge.assumedTokens(prompts[$0].judgement.traits) }
            return Group(
                key: key, traits: prompts[own[0]].judgement.traits,
                assumedTokens: Double(assumed.reduce(0, +)) / Double(own.count), places: own)
        }
        waiting = prompts.count
    }

    /// What waits, for the planner.
    func entries(model: LearnedModel, waitSeconds: Double) -> [BacklogEntry] {
        groups.filter { $0.waiting > 0 }.map { group in
            BacklogEntry(
                key: group.key, traits: group.traits, prompts: group.waiting,
                expectedTokens: model.expectedTokens(group.traits, prior: group.assumedTokens),
                oldestWaitSeconds: waitSeconds)
        }
    }

    /// Takes the first prompt in input order of some groups.
    ///
    /// - Returns: Its place in the batch and its group; nil if nothing waits in any of `allowed`.
    mutating func take(from allowed: Set<String>) -> (place: Int, key: String)? {
        let open = groups.indices.filter { groups[$0].waiting > 0 && allowed.contains(groups[$0].key) }
        let first = open.min { next(of: groups[$0]) < next(of: groups[$1]) }
        guard let first else { return nil }
        let place = next(of: groups[first])
        groups[first].taken += 1
        waiting -= 1
        return (place, groups[first].key)
    }

    private func next(of group: Group) -> Int { group.places[group.taken] }
}
