import Workload

/// What a model has learned, as figures to show.
public struct LearnedSummary: Codable, Sendable, Hashable {
    /// Acceptance of one workload, with or without thinking.
    public struct Acceptance: Codable, Sendable, Hashable {
        public var workload: Workload
        public var thinking: Bool
        /// Requests that taught it, old ones faded.
        public var requests: Double
        /// Probability that the first draft is accepted.
        public var alpha: Double
        /// Factor for each further draft.
        public var gamma: Double
        /// Mean acceptance over three drafts.
        public var acceptanceAtDepth3: Double
    }

    /// Step cost at one setting and number of busy slots, as measured.
    public struct Cost: Codable, Sendable, Hashable {
        public var setting: DraftSetting
        public var busySlots: Int
        public var stepMilliseconds: Double
        /// Drafts per step.
        public var draftsPerStep: Double
        /// Samples that the median is of.
        public var samples: Int
        /// Standard deviation as a share.
        public var relativeUncertainty: Double
    }

    /// Length of the answers of one workload, with or without thinking.
    public struct Length: Codable, Sendable, Hashable {
        public var workload: Workload
        public var thinking: Bool
        /// Answers that taught it, old ones faded.
        public var answers: Double
        /// Their mean length.
        public var tokens: Double
    }

    /// Speed of one kind of prompts at one setting by the clock.
    public struct Time: Codable, Sendable, Hashable {
        public var workload: Workload
        public var thinking: Bool
        /// Under a grammar or schema.
        public var constrained: Bool
        public var setting: DraftSetting
        /// Requests under way.
        public var busySlots: Int
        /// Answers that taught it, old ones faded.
        public var answers: Double
        /// Of all busy slots together, reading left aside.
        public var tokensPerSecond: Double
        /// Standard deviation as a share.
        public var relativeUncertainty: Double
    }

    public var fingerprint: EngineFingerprint
    public var observations: Int
    public var rejected: Int
    public var uncounted: Int
    public var acceptance: [Acceptance]
    public var costs: [Cost]
    public var lengths: [Length]
    public var times: [Time]
}

extension LearnedModel {
    /// The learned figures: workloads that were observed, and step costs that were measured.
    public var summary: LearnedSummary {
        var rows: [LearnedSummary.Acceptance] = []
        for workload in Workload.allCases {
            for thinking in [false, true] {
                let traits = PromptTraits(
                    distribution: WorkloadDistribution(certain: workload), thinking: thinking)
                let requests = acceptance.requests(of: workload, traits)
                guard requests > 0 else { continue }
                let curve = acceptance.curve(ofAll: workload, traits)
                rows.append(
                    .init(
                        workload: workload, thinking: thinking, requests: requests, alpha: curve.alpha,
                        gamma: curve.gamma, acceptanceAtDepth3: curve.expectedAccepted(depth: 3) / 3))
            }
        }
        return LearnedSummary(
            fingerprint: fingerprint, observations: observationCount, rejected: rejectedCount,
            uncounted: uncountedCount, acceptance: rows, costs: costs.measured, lengths: lengths.measured,
            times: measuredTimes)
    }
}
