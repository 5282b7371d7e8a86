/// How many tokens answers have and how many are read for them, learned by group, each group starting from its parent.
struct LengthModel: Codable, Sendable, Hashable {
    /// Faded sums over the answers of one group.
    private struct Tally: Codable, Sendable, Hashable {
        var answers = 0.0
        var tokens = 0.0
        /// Of the squares of the tokens; nil in what an earlier version wrote.
        var squares: Double?
        /// Prompt tokens that were read, not found in the engine's cache.
        var read = 0.0
        /// Number of the newest answer; the least recent tallies are dropped first.
        var lastSeen = 0

        /// The squares, taken to be those of lengths that scatter as is usual where they were not kept.
        var knownSquares: Double {
            squares ?? (answers > 0 ? (1 + LengthModel.usualScatter) * tokens * tokens / answers : 0)
        }

        /// Variance of one answer's length as a share of its mean squared.
        ///
        /// - Parameters:
        ///   - parent: what is believed of it before there are many.
        ///   - parentAnswers: the answers that this counts for.
        func scatter(parent: Double, parentAnswers: Double) -> Double {
            guard tokens > 0 else { return parent }
            let own = max(0, answers * knownSquares / (tokens * tokens) - 1)
            let mean = (answers * own + parentAnswers * parent) / (answers + parentAnswers)
            return min(max(mean, LengthModel.leastScatter), LengthModel.greatestScatter)
        }
    }

    private enum CodingKeys: String, CodingKey { case tallies, count }

    /// Variance of one answer's length, as a share of its mean squared, before it was seen: that of lengths whose
    /// deviation is as great as their mean.
    private static let usualScatter = 1.0
    private static let leastScatter = 0.01
    private static let greatestScatter = 4.0
    /// Standard deviation of the logarithm of what is believed before any answer was seen: a factor of five, four times in
    /// five.
    private static let priorDeviation = 1.25
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
                    && $0.read.isFinite && $0.read >= 0 && $0.knownSquares.isFinite && $0.knownSquares >= 0
            }
    }

    /// Learns the length of one answer, and how much of its prompt was read.
    mutating func learn(_ traits: PromptTraits, tokens: Int, read: Int) {
        count += 1
        for group in LengthGroup.ladder(traits) {
            var tally = tallies[group] ?? Tally()
            let kept = 1 - 1 / constants.memory
            let length = Double(max(0, tokens))
            tally.squares = kept * tally.knownSquares + length * length
            tally.answers = kept * tally.answers + 1
            tally.tokens = kept * tally.tokens + length
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

    /// How far answers to such prompts may be from the `expected` length.
    ///
    /// A group is taken to differ from its parent by as much as two of its answers would tell, which is the weight that the
    /// parent has in its mean.
    func spread(_ traits: PromptTraits, expected: Double) -> LengthSpread {
        var variance = Self.priorDeviation * Self.priorDeviation
        var scatter = Self.usualScatter
        var isSeen = true
        for group in LengthGroup.ladder(traits) {
            guard let tally = tallies[group] else {
                isSeen = false
                continue
            }
            isSeen = true
            scatter = tally.scatter(parent: scatter, parentAnswers: constants.parentAnswers)
            variance =
                1 / (1 / (variance + scatter / constants.parentAnswers) + tally.answers / scatter)
        }
        if !isSeen { variance += scatter / constants.parentAnswers }
        return LengthSpread(
            mean: variance.squareRoot(), single: scatter.squareRoot(),
            limit: traits.maximumTokens.map { Double($0) / expected })
    }

    /// Answers to prompts of the same workload that were seen, old ones faded.
    func evidence(_ traits: PromptTraits) -> Double {
        tallies[LengthGroup(thinking: traits.thinking, workload: traits.distribution.label)]?.answers ?? 0
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
