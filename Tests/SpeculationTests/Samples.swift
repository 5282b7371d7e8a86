import Speculation
import Workload

/// Engines, prompts and observations that tests share.
enum Samples {
    static func engine(_ quantization: String, slots: Int = 1, model: String = "model") -> EngineFingerprint {
        EngineFingerprint(
            modelIdentity: model, quantization: quantization, engineBuild: "llama-server b11669",
            device: "gpu", contextTokens: 4096, slots: slots)
    }

    static func prompt(
        _ workload: Workload, confidence: Double = 1, thinking: Bool = false, template: String? = nil,
        batch: String? = nil
    ) -> PromptTraits {
        let others = (1 - confidence) / Double(Workload.allCases.count - 1)
        return PromptTraits(
            distribution: WorkloadDistribution(
                probabilities: Workload.allCases.map { $0 == workload ? confidence : others }),
            thinking: thinking, temperature: 0.8, template: template, batch: batch)
    }

    /// What an engine would report whose step costs `stepMilliseconds` and whose drafts are accepted as on average.
    static func observation(
        _ traits: PromptTraits, depth: Int, acceptance: Double, stepMilliseconds: Double, steps: Int = 200,
        busySlots: Double = 1
    ) throws -> Observation {
        let drafted = depth * steps
        let accepted = Int((Double(drafted) * acceptance).rounded())
        return try Observation(
            traits: traits, setting: DraftSetting(depth: depth), busySlots: busySlots,
            generatedTokens: 1 + steps + accepted, draftedTokens: drafted, acceptedTokens: accepted,
            generationMilliseconds: Double(steps) * stepMilliseconds)
    }
}

extension AcceptanceCurve {
    /// Tokens of a step, E(d), expected.
    func tokensPerStep(depth: Int) -> Double { 1 + expectedAccepted(depth: depth) }
}
