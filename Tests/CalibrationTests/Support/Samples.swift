import Speculation
import Workload

@testable import Calibration

/// Values that tests build on.
enum Samples {
    static let depth3 = SweepSetting(DraftSetting(depth: 3))
    static let cautious = SweepSetting(DraftSetting(depth: 3, pMin: 0.75))

    static func engine(
        server: String = "/opt/llama-server", name: String = "", slots: Int = 1, canDraft: Bool = true,
        quantization: String = "Q4_K - Medium"
    ) -> SweptEngine {
        SweptEngine(
            server: server, serverName: name, modelPath: "/models/a.gguf", modelName: "A", slots: slots,
            busySlots: slots, canDraft: canDraft,
            fingerprint: EngineFingerprint(
                modelIdentity: "0a", quantization: quantization, engineBuild: "llama-server 1", device: "CPU",
                contextTokens: 1024, slots: slots))
    }

    static func plan(
        engines: [SweptEngine] = [engine()], settings: [SweepSetting] = [depth3],
        conditions: [SweepCondition] = [SweepCondition()], workloads: [Workload] = [.code, .creative],
        repeats: Int = 1
    ) -> SweepPlan {
        SweepPlan(
            parameters: SweepParameters(
                promptSource: "built-in", promptDigest: "d", engines: engines, settings: settings,
                conditions: conditions, maximumTokens: 100, promptsPerWorkload: 1, repeats: repeats),
            workloads: workloads)
    }

    static func key(
        _ setting: SweepSetting, _ workload: Workload = .code, repetition: Int = 0
    ) -> MeasurementKey {
        MeasurementKey(
            engine: 0, setting: setting, condition: 0, workload: workload, repetition: repetition)
    }

    static func request(
        _ id: String = "a", generated: Int = 100, drafted: Int? = 0, accepted: Int? = 0, milliseconds: Double,
        fullShare: Double = 1, answer: String = "text"
    ) -> MeasuredRequest {
        MeasuredRequest(
            customID: id, copy: 0, promptTokens: 10, generatedTokens: generated, draftedTokens: drafted,
            acceptedTokens: accepted, acceptedPerPosition: nil, draftingSteps: nil,
            generationMilliseconds: milliseconds, busySlots: 1, fullShare: fullShare, isGreedy: true,
            answer: answer)
    }

    static func measurement(
        _ key: MeasurementKey, _ requests: [MeasuredRequest], start: Double = 100, wall: Double = 1000
    ) -> SweepMeasurement {
        SweepMeasurement(
            key: key, laneStartMilliseconds: start, wallMilliseconds: wall, requests: requests)
    }

    /// A measurement of one request of 100 tokens at a speed.
    static func measurement(
        _ setting: SweepSetting, _ workload: Workload, tokensPerSecond: Double, repetition: Int = 0
    ) -> SweepMeasurement {
        measurement(
            key(setting, workload, repetition: repetition),
            [
                request(
                    drafted: setting.isSpeculating ? 90 : 0, accepted: setting.isSpeculating ? 60 : 0,
                    milliseconds: 100 / tokensPerSecond * 1000)
            ])
    }

    /// Both workloads of ``plan(engines:settings:conditions:workloads:repeats:)`` at one setting.
    static func contender(engine: Int, _ setting: SweepSetting) -> Contender {
        Contender(
            engine: engine, choices: [.code, .creative].map { .init(workload: $0, setting: setting) })
    }

    /// A round of 1000 tokens.
    static func round(_ contender: Contender, _ round: Int, seconds: Double) -> ComparisonRound {
        ComparisonRound(
            contender: contender, round: round, laneStartMilliseconds: 100,
            wallMilliseconds: seconds * 1000, generatedTokens: 1000, requests: 10, answers: 10)
    }
}
