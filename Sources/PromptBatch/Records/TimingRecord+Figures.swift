import JSON

extension TimingRecord {
    /// Tokens of the attempt that counted; nil where the engine did not say.
    public struct TokenCounts: Codable, Hashable, Sendable {
        /// Of the prompt, those from the cache included.
        public var prompt: Int?
        /// Of the prompt, taken from the engine's cache.
        public var cached: Int?
        public var generated: Int?
        public var drafted: Int?
        /// Of the drafted, taken into the answer.
        public var accepted: Int?

        public init(prompt: Int?, cached: Int?, generated: Int?, drafted: Int?, accepted: Int?) {
            self.prompt = prompt
            self.cached = cached
            self.generated = generated
            self.drafted = drafted
            self.accepted = accepted
        }

        var json: JSON {
            [
                "prompt": JSON(prompt), "cached": JSON(cached), "generated": JSON(generated),
                "drafted": JSON(drafted), "accepted": JSON(accepted),
            ]
        }
    }

    /// Where the time went, in milliseconds; nil where it is not known.
    public struct Durations: Codable, Hashable, Sendable {
        /// Whose clock a generation time is by.
        public enum Basis: String, Codable, CaseIterable, Sendable {
            /// The engine reported it.
            case engine
            /// From sending to answer, less what reading the prompt takes as far as that was learned.
            case client
        }

        /// From the claim of the batch to the sending of the attempt that counted.
        public var queuedMilliseconds: Double
        /// Reading the prompt.
        public var promptMilliseconds: Double?
        /// Writing the answer, by the clock of ``basis``.
        public var generationMilliseconds: Double?
        /// From sending to the complete answer, as the daemon saw it.
        public var totalMilliseconds: Double
        /// Generated tokens by generation time.
        public var tokensPerSecond: Double?
        /// Nil where the generation time is not known.
        public var basis: Basis?
        /// Requests that the engine worked on meanwhile, on average, its own included.
        public var busySlots: Double?
        /// Time before it in which no slot worked, since the engine's setting was being changed.
        public var changeMilliseconds: Double?

        public init(
            queuedMilliseconds: Double, promptMilliseconds: Double?, generationMilliseconds: Double?,
            totalMilliseconds: Double, tokensPerSecond: Double?, basis: Basis?, busySlots: Double? = nil,
            changeMilliseconds: Double? = nil
        ) {
            self.busySlots = busySlots
            self.changeMilliseconds = changeMilliseconds
            self.queuedMilliseconds = queuedMilliseconds
            self.promptMilliseconds = promptMilliseconds
            self.generationMilliseconds = generationMilliseconds
            self.totalMilliseconds = totalMilliseconds
            self.tokensPerSecond = tokensPerSecond
            self.basis = basis
        }

        private enum CodingKeys: String, CodingKey {
            case basis
            case queuedMilliseconds = "queued_ms"
            case promptMilliseconds = "prompt_ms"
            case generationMilliseconds = "generation_ms"
            case totalMilliseconds = "total_ms"
            case tokensPerSecond = "tokens_per_second"
            case busySlots = "busy_slots"
            case changeMilliseconds = "change_ms"
        }

        var json: JSON {
            [
                "queued_ms": JSON(rounding: queuedMilliseconds, decimals: 1),
                "prompt_ms": JSON(rounding: promptMilliseconds, decimals: 3),
                "generation_ms": JSON(rounding: generationMilliseconds, decimals: 3),
                "total_ms": JSON(rounding: totalMilliseconds, decimals: 1),
                "tokens_per_second": JSON(rounding: tokensPerSecond, decimals: 2),
                "basis": JSON(basis?.rawValue), "busy_slots": JSON(rounding: busySlots, decimals: 2),
                "change_ms": JSON(rounding: changeMilliseconds, decimals: 1),
            ]
        }
    }

    /// What speculation brought; nil where nothing was drafted or the engine did not say.
    public struct SpeculationOutcome: Codable, Hashable, Sendable {
        /// Accepted / drafted tokens, 0…1.
        public var acceptance: Double?
        /// Tokens after the first, which comes with the reading, by steps of the main model.
        public var tokensPerStep: Double?
        /// Nil where depth 0 was never timed on the engine.
        public var speedup: Speedup?

        public init(acceptance: Double?, tokensPerStep: Double?, speedup: Speedup?) {
            self.acceptance = acceptance
            self.tokensPerStep = tokensPerStep
            self.speedup = speedup
        }

        /// The figures that follow from the counts: acceptance, and tokens per step with one step for each token after the
        /// first that was not a draft.
        public init(tokens: TokenCounts, speedup: Speedup?) {
            let drafted = tokens.drafted ?? 0
            let acceptance = tokens.accepted.flatMap { drafted > 0 ? Double($0) / Double(drafted) : nil }
            var tokensPerStep: Double?
            if let generated = tokens.generated, let accepted = tokens.accepted, generated - 1 > accepted {
                tokensPerStep = Double(generated - 1) / Double(generated - 1 - accepted)
            }
            self.init(acceptance: acceptance, tokensPerStep: tokensPerStep, speedup: speedup)
        }

        private enum CodingKeys: String, CodingKey {
            case acceptance
            case tokensPerStep = "tokens_per_step"
            case speedup
        }

        var json: JSON {
            [
                "acceptance": JSON(rounding: acceptance, decimals: 4),
                "tokens_per_step": JSON(rounding: tokensPerStep, decimals: 3),
                "speedup": speedup?.json ?? .null,
            ]
        }
    }
}
