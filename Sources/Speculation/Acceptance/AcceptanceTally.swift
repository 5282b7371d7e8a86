/// What was seen of one group's drafts, fading slowly so that the group can change.
struct AcceptanceTally: Codable, Sendable, Hashable {
    /// Faded sums over the requests of one setting.
    struct Totals: Codable, Sendable, Hashable {
        /// Steps, capped per request: beyond some forty steps a request says more of itself than of its group.
        var steps = 0.0
        /// Drafted tokens, scaled to ``steps``.
        var drafted = 0.0
        /// Accepted tokens, scaled to ``steps``.
        var accepted = 0.0
    }

    /// Trials and acceptances of one draft position.
    struct Position: Codable, Sendable, Hashable {
        var trials = 0.0
        var accepted = 0.0
    }

    private(set) var settings: [DraftSetting: Totals] = [:]
    private(set) var positions: [Position] = []
    /// Requests seen, faded.
    private(set) var requests = 0.0
    /// Observation number of the newest request; the least recent tallies are dropped first.
    private(set) var lastSeen = 0

    /// Whether every sum is finite and possible.
    var isSound: Bool {
        requests.isFinite && requests >= 0
            && settings.values.allSatisfy { $0.steps >= 0 && $0.drafted.isFinite && $0.accepted.isFinite }
            && positions.allSatisfy { $0.trials >= 0 && $0.accepted.isFinite }
    }

    /// Adds a request that counts drafts; `share` (0…1) is the probability that it belongs to this group.
    mutating func add(
        _ observation: Observation, share: Double, at number: Int, constants: Constants.Acceptance
    ) {
        guard let drafted = observation.draftedTokens, let accepted = observation.acceptedTokens,
            observation.setting.isDrafting, share > 0
        else { return }
        fade(by: 1 - share / constants.memory)
        requests += share
        lastSeen = number
        let steps = Double(observation.steps)
        let weight = share / (1 + steps / constants.requestSteps)
        if observation.setting.pMin == 0, let counts = observation.acceptedPerPosition, !counts.isEmpty {
            addPositions(counts, steps: steps, weight: weight)
        } else {
            settings[observation.setting, default: Totals()].steps += weight * steps
            settings[observation.setting, default: Totals()].drafted += weight * Double(drafted)
            settings[observation.setting, default: Totals()].accepted += weight * Double(accepted)
        }
    }

    private mutating func addPositions(_ counts: [Int], steps: Double, weight: Double) {
        var trials = steps
        for (index, count) in counts.prefix(16).enumerated() {
            if index == positions.count { positions.append(Position()) }
            positions[index].trials += weight * trials
            positions[index].accepted += weight * min(trials, Double(count))
            trials = Double(count)
        }
    }

    private mutating func fade(by factor: Double) {
        requests *= factor
        for key in settings.keys {
            settings[key]?.steps *= factor
            settings[key]?.drafted *= factor
            settings[key]?.accepted *= factor
        }
        for index in positions.indices {
            positions[index].trials *= factor
            positions[index].accepted *= factor
        }
    }
}
