/// Which program with which model is the fastest for the batch.
public struct EngineComparison: Hashable, Sendable {
    /// How a contender did.
    public struct Entry: Hashable, Sendable {
        public var contender: Contender
        public var engine: SweptEngine
        public var rounds: [ComparisonRound]
        /// Of all slots together, for the whole batch; median of the rounds.
        public var tokensPerSecond: Double
        /// Time for the whole batch, in seconds; median.
        public var seconds: Double

        public var tokensPerSecondRange: ClosedRange<Double> { Self.range(of: rounds.map(\.tokensPerSecond)) }
        public var secondsRange: ClosedRange<Double> {
            Self.range(of: rounds.map { $0.wallMilliseconds / 1000 })
        }

        private static func range(of values: [Double]) -> ClosedRange<Double> {
            (values.min() ?? 0)...(values.max() ?? 0)
        }
    }

    /// The fastest against another.
    public struct Verdict: Hashable, Sendable {
        public var other: Entry
        public var ratio: SpeedRatio
    }

    /// Every contender that was measured: by program and model as they were named, the fastest first.
    public let entries: [Entry]
    /// The best of each program with each model, the fastest first.
    public let best: [Entry]
    /// The fastest against the best of each of the others.
    public let verdicts: [Verdict]
    /// The fastest; of those that cannot be told from it, the one that was named first.
    public let recommended: Entry

    /// Nil if nothing was measured.
    public init?(of rounds: [ComparisonRound], contenders: [Contender], engines: [SweptEngine]) {
        let entries = contenders.compactMap { contender -> Entry? in
            let own = rounds.filter { $0.contender == contender }
            guard let speed = Median.of(own.map(\.tokensPerSecond)),
                let milliseconds = Median.of(own.map(\.wallMilliseconds))
            else { return nil }
            return Entry(
                contender: contender, engine: engines[contender.engine], rounds: own,
                tokensPerSecond: speed, seconds: milliseconds / 1000)
        }
        var pairs: [[Entry]] = []
        for entry in entries {
            if let index = pairs.firstIndex(where: { $0[0].engine.isPaired(with: entry.engine) }) {
                pairs[index].append(entry)
            } else {
                pairs.append([entry])
            }
        }
        pairs = pairs.map { $0.sorted { $0.tokensPerSecond > $1.tokensPerSecond } }
        let named = pairs.map { $0[0] }
        let best = named.sorted { $0.tokensPerSecond > $1.tokensPerSecond }
        guard let fastest = best.first else { return nil }
        self.entries = pairs.flatMap(\.self)
        self.best = best
        let verdicts = best.dropFirst().compactMap { other in
            Self.ratio(of: fastest, to: other).map { Verdict(other: other, ratio: $0) }
        }
        self.verdicts = verdicts
        let equals = verdicts.filter { !$0.ratio.isFaster }.map(\.other)
        recommended = named.first { $0 == fastest || equals.contains($0) } ?? fastest
    }

    private static func ratio(of one: Entry, to other: Entry) -> SpeedRatio? {
        SpeedRatio(
            of: one.rounds.compactMap { round in
                other.rounds.first { $0.round == round.round }
                    .map { round.tokensPerSecond / $0.tokensPerSecond }
            })
    }
}
