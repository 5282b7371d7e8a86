/// How an engine's confidence threshold differs from the prior's reading of it, over all workloads.
struct ThresholdCalibration: Codable, Sendable, Hashable {
    private var steps = 0.0
    private var made = DraftsPerStep(drafted: 0, accepted: 0)
    private var expected = DraftsPerStep(drafted: 0, accepted: 0)

    init() {}

    /// Adds a request with what the acceptance curve had expected of it.
    mutating func add(
        _ observation: Observation, expected: DraftsPerStep, constants: Constants.Acceptance
    ) {
        let fade = 1 - 1 / constants.memory
        let count = Double(observation.steps)
        let weight = 1 / (1 + count / constants.requestSteps)
        steps = steps * fade + weight * count
        made.drafted = made.drafted * fade + weight * Double(observation.draftedTokens ?? 0)
        made.accepted = made.accepted * fade + weight * Double(observation.acceptedTokens ?? 0)
        self.expected.drafted = self.expected.drafted * fade + weight * count * expected.drafted
        self.expected.accepted = self.expected.accepted * fade + weight * count * expected.accepted
    }

    /// What the curve expects, corrected by the ratio of made to expected, within the depth.
    ///
    /// - Parameter priorSteps: steps that the prior's reading weighs.
    func corrected(_ drafts: DraftsPerStep, depth: Int, priorSteps: Double) -> DraftsPerStep {
        let pseudo = priorSteps * 0.5
        let draftedRatio = (made.drafted + pseudo) / (expected.drafted + pseudo)
        let acceptedRatio = (made.accepted + pseudo) / (expected.accepted + pseudo)
        let drafted = min(Double(depth), drafts.drafted * draftedRatio)
        return DraftsPerStep(drafted: drafted, accepted: min(drafted, drafts.accepted * acceptedRatio))
    }
}
