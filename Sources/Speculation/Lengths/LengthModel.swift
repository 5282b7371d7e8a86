/// How many tokens answers have and how many are read for them, learned by group, each group starting from its parent.
struct LengthModel: Codable, Sendable, Hashable {
    /// Faded sums over the answers of one group.
    private struct Tally: Codable, Sendable, Hashable {
        var answers = 0.0
        var tokens = 0.0
        /// Prompt tokens that were read, not found in the engine's cache.
        var read = 0.0
        /// Number of the newest answer; the least recent tallies are dropped first.
        var lastSeen = 0
    }

    private enum CodingKeys: String, CodingKey { case tallies, count }

    /// Batches and templates kept at most.
    static let keptGroups = 768

    private var constants = Constants.Lengths()
    private var tallies: [LengthGroup: Tally] = [:]
    private var count = 0

    init(constants: Constants.Lengths = .init()) {
        self.constants = constants
    }

    /// Whether every sum is finite and possible, as decoded state must be.
    var isSound: Bool {
        count >= 0
            && tallies.values.allSatisfy {
                $0.answers.isFinite && $0.answers > 0 && $0.tokens.isFinite && $0.tokens >= 0
                    && $0.read.isFinite && $0.read >= 0
            }
    }

    /// Learns the length of one answer, and how much of its prompt was read.
    mutating func learn(_ traits: PromptTraits, tokens: Int, read: Int) {
        count += 1
        for group in LengthGroup.ladder(traits) {
            var tally = tallies[group] ?? Tally()
            let kept = 1 - 1 / constants.memory
            tally.answers = kept * tally.answers + 1
            tally.tokens = kept * tally.tokens + Double(max(0, tokens))
            tally.read = kept * tally.read + Double(max(0, read))
            tally.lastSeen = count
            tallies[group] = tally
        }
        tallies.dropLeastRecent(beyond: Self.keptGroups, lastSeen: \.lastSeen) {
            $0.batch != nil || $0.template != nil
        }
    }

    /// The mean length of the answers to such prompts, in tokens, no more than they ask for.
    ///
    /// - Parameter prior: what to believe before any answer was seen.
    func expectedTokens(_ traits: PromptTraits, prior: Double) -> Double {
        let expected = mean(traits, prior: prior, \.tokens)
        return max(1, min(expected, traits.maximumTokens.map(Double.init) ?? .infinity))
    }

    /// Prompt tokens read for each token of the answer to such a prompt; 0 before any answer was seen.
    func readPerToken(_ traits: PromptTraits) -> Double {
        mean(traits, prior: 0, \.read) / max(mean(traits, prior: 0, \.tokens), 1)
    }

    /// A sum's mean for such prompts, from `prior` down the ladder of their groups.
    private func mean(_ traits: PromptTraits, prior: Double, _ sum: (Tally) -> Double) -> Double {
        LengthGroup.ladder(traits).reduce(prior) { parent, group in
            guard let tally = tallies[group] else { return parent }
            return (sum(tally) + constants.parentAnswers * parent)
                / (tally.answers + constants.parentAnswers)
        }
    }

    /// Mean lengths of whole workloads.
    var measured: [LearnedSummary.Length] {
        let rows = tallies.compactMap { group, tally -> LearnedSummary.Length? in
            guard let workload = group.workload, group.batch == nil else { return nil }
            return LearnedSummary.Length(
                workload: workload, thinking: group.thinking, answers: tally.answers,
                tokens: tally.tokens / tally.answers)
        }
        return rows.sorted {
            ($0.workload.rawValue, $0.thinking ? 1 : 0) < ($1.workload.rawValue, $1.thinking ? 1 : 0)
        }
    }
}
