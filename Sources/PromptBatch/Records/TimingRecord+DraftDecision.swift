import JSON

extension TimingRecord {
    /// The draft setting the prompt ran at and why.
    public struct DraftDecision: Codable, Hashable, Sendable {
        /// Where the setting came from.
        public enum Source: String, Codable, CaseIterable, Sendable {
            /// The user demanded it.
            case override
            /// Observations on this engine.
            case learned
            /// The published figures, nothing learned yet.
            case prior
            /// The first look at a kind of prompts, to learn how its drafts are accepted.
            case exploration
            /// The lane that ran, since changing it would have cost more than it gained.
            case lane
        }

        /// Tokens drafted per step; 0 is off, nil where a server run by others decides and says nothing of it.
        public var depth: Int?
        /// The confidence below which the engine stops a draft, 0…1; 0 is never.
        public var pMin: Double
        /// True where drafts were also looked up among earlier tokens; nil where that was not done.
        public var usesNgrams: Bool?
        /// One sentence with the figures that made the decision.
        public var reason: String
        public var source: Source
        public var predicted: PredictedFigures

        public init(
            depth: Int?, pMin: Double, usesNgrams: Bool? = nil, reason: String, source: Source,
            predicted: PredictedFigures
        ) {
            self.depth = depth
            self.pMin = pMin
            self.usesNgrams = usesNgrams
            self.reason = reason
            self.source = source
            self.predicted = predicted
        }

        private enum CodingKeys: String, CodingKey {
            case depth, reason, source, predicted
            case pMin = "p_min"
            case usesNgrams = "ngram"
        }

        var json: JSON {
            var object: JSONObject = [
                "depth": JSON(depth), "p_min": JSON(rounding: pMin, decimals: 4),
            ]
            if usesNgrams == true { object["ngram"] = true }
            object["reason"] = .string(reason)
            object["source"] = .string(source.rawValue)
            object["predicted"] = predicted.json
            return .object(object)
        }
    }

    /// What was expected of the decision.
    public struct PredictedFigures: Codable, Hashable, Sendable {
        /// Accepted / drafted tokens, 0…1; nil at depth 0.
        public var acceptance: Double?
        /// Of this prompt at the chosen setting.
        public var tokensPerSecond: Double?
        /// Of this prompt at depth 0.
        public var baselineTokensPerSecond: Double?

        public init(acceptance: Double?, tokensPerSecond: Double?, baselineTokensPerSecond: Double?) {
            self.acceptance = acceptance
            self.tokensPerSecond = tokensPerSecond
            self.baselineTokensPerSecond = baselineTokensPerSecond
        }

        private enum CodingKeys: String, CodingKey {
            case acceptance
            case tokensPerSecond = "tokens_per_second"
            case baselineTokensPerSecond = "baseline_tokens_per_second"
        }

        var json: JSON {
            [
                "acceptance": JSON(rounding: acceptance, decimals: 4),
                "tokens_per_second": JSON(rounding: tokensPerSecond, decimals: 2),
                "baseline_tokens_per_second": JSON(rounding: baselineTokensPerSecond, decimals: 2),
            ]
        }
    }
}
