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

    /// How many answers a group remembers, about.
    private static let memory = 50.0
    /// Answers of its own at which a group weighs as much as its parent.
    private static let parentAnswers = 2.0
    /// Batches and templates kept at most.
    static let keptGroups = 768

    private var tallies: [LengthGroup: Tally] = [:]
    private var count = 0

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
            let kept = 1 - 1 / Self.memory
            tally.answers = kept * tally.answers + 1
            tally.tokens = kept * tally.tokens + Double(max(0, tokens))
            tally.read = kept * tally.read + Double(max(0, read))
            tally.lastSeen = count
            tallies[group] = tally
        }
        dropLeastRecent()
    }

    /// The mean length of the answers to such prompts, in tokens, no more than they ask for.
    ///
    /// - Parameter prior: what to believe before any answer was seen.
    func expectedTokens(_ traits: PromptTraits, prior: Double) -> Double {
        var expected = prior
        for group in LengthGroup.ladder(traits) {
            guard let tally = tallies[group] else { continue }
            expected =
                (tally.tokens + Self.parentAnswers * expected) / (tally.answers + Self.parentAnswers)
        }
        return max(1, min(expected, traits.maximumTokens.map(Double.init) ?? .infinity))
    }

    /// Prompt tokens read for each token of the answer to such a prompt; 0 before any answer was seen.
    func readPerToken(_ traits: PromptTraits) -> Double {
        var (read, tokens) = (0.0, 0.0)
        for group in LengthGroup.ladder(traits) {
            guard let tally = tallies[group] else { continue }
            let weight = tally.answers + Self.parentAnswers
            read = (tally.read + Self.parentAnswers * read) / weight
            tokens = (tally.tokens + Self.parentAnswers * tokens) / weight
        }
        return read / max(tokens, 1)
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

    private mutating func dropLeastRecent() {
        let passing = tallies.filter { $0.key.batch != nil || $0.key.template != nil }
        guard passing.count > Self.keptGroups else { return }
        let old = passing.sorted { $0.value.lastSeen < $1.value.lastSeen }
        for (group, _) in old.prefix(passing.count - Self.keptGroups * 3 / 4) { tallies[group] = nil }
    }
}
