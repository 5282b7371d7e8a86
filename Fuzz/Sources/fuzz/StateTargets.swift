import Speculation
import Workload

@testable import SettingsParsers

/// What was learned, read from a file that may be damaged: refused, or fit to decide with.
@Sendable func fuzzLearned(_ bytes: UnsafeRawBufferPointer) {
    let fingerprint = EngineFingerprint(
        modelIdentity: "m", quantization: "Q8_0", engineBuild: "b", device: "d", contextTokens: 512, slots: 2)
    guard let model = try? LearnedModel(encoded: bytes, expecting: fingerprint) else { return }
    let policy = DepthPolicy(candidates: DepthPolicy.defaultCandidates)
    for workload in Workload.allCases {
        let traits = PromptTraits(
            distribution: WorkloadDistribution(certain: workload), temperature: 0, maximumTokens: 64,
            template: "t")
        let decision = policy.decide(traits, model: model, busySlots: 2, override: nil)
        require(decision.prediction.tokensPerStep.isFinite, "figures are finite")
        require(!decision.reason.isEmpty, "every decision has a reason")
    }
    guard let encoded = try? model.encoded() else { fatalError("what was read can be written") }
    require((try? LearnedModel(encoded: encoded, expecting: fingerprint)) != nil, "and read again")
}

/// The configuration's text, and the durations and sizes in it.
@Sendable func fuzzConfiguration(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    do throws(SettingsError) {
        let outline = try YAMLOutline(text: text, file: "f.yaml", mapValues: ["model-names.map": "a model"])
        for leaf in outline.leaves { _ = outline.line(of: leaf.path) }
    } catch {
        require(error.origin.hasPrefix("f.yaml") && !error.problem.isEmpty, "errors name the file")
    }
    if let duration = SettingUnits.duration(text) { require(duration >= .zero, "durations are not negative") }
    if let size = SettingUnits.bytes(text) { require(size >= 0, "sizes are not negative") }
}
