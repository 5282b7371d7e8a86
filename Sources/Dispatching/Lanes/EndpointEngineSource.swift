import Engine
import Foundation
import Logging
import Settings
import Speculation

/// One lane on an OpenAI-compatible server run by others, at the depth it is declared to have.
struct EndpointEngineSource: EngineSource {
    let candidates: [DraftSetting]
    let supportsNgrams = false
    let fingerprint: EngineFingerprint
    let slots: Int
    let slotChoices: [Int]
    var devices: [String?] { [nil] }
    var overlap: LaneOverlap { .none }
    var residentLanes: Int { 1 }
    let warning: String?
    private let configuration: OpenAIEngineConfiguration

    /// Asks the server what it is.
    ///
    /// - Throws: ``EngineError`` if it does not answer, ``SettingsError`` for an address that is none and
    ///   for a file that cannot be read.
    init(settings: EngineSettings, modelNames: ModelNameSettings, stallLimit: StallLimit) async throws {
        configuration = try OpenAIEngineConfiguration(
            settings, defaultModel: modelNames.defaultModel, stallLimit: stallLimit)
        let description = try await OpenAIEngine.run(configuration) { try await $0.describe() }
        warning = Self.warning(modelNames, served: description.servedModels)
        slots = settings.slots
        slotChoices =
            settings.choosesBusySlots ? LaneState.slotChoices(upTo: settings.slots) : [settings.slots]
        candidates = [DraftSetting(depth: settings.endpointDepth)]
        fingerprint = EngineFingerprint(
            modelIdentity: description.modelPath ?? description.modelName,
            quantization: description.quantization ?? "",
            engineBuild: "\(description.name) \(description.version ?? "") at \(configuration.endpoint)",
            device: "remote", contextTokens: description.contextTokens ?? settings.contextTokens,
            slots: settings.slots)
    }

    /// Names the first model of the configuration that the server does not list.
    private static func warning(_ names: ModelNameSettings, served: [String]) -> String? {
        let wanted =
            [("model-names.default", names.defaultModel)]
            + names.map.sorted { $0.key < $1.key }.map { ("model-names.map.\($0.key)", $0.value) }
        let missing = wanted.first { !$0.1.isEmpty && !served.contains($0.1) }
        guard let missing, !served.isEmpty else { return nil }
        return "\(missing.0) names '\(missing.1)', which the endpoint does not serve; "
            + "set it to one that it does: \(served.joined(separator: ", "))"
    }

    func canRun(depth: Int) -> Bool {
        candidates.contains { $0.depth == depth }
    }

    var isManaged: Bool { false }

    func hasRoom() -> Bool { true }

    func roomBesideOthers() -> EngineRoom { .enough }

    func withFewerSlots() -> (any EngineSource)? { nil }

    func withEngine<Result: Sendable>(
        _ setting: DraftSetting, at place: LanePlace, logger: Logger,
        body: @escaping @Sendable (LaneEngine) async throws -> Result
    ) async throws -> Result {
        let start = ContinuousClock.now
        let slots = slots
        return try await OpenAIEngine.run(configuration) { engine in
            let description = try await engine.describe()
            return try await body(
                LaneEngine(
                    engine: engine, description: description, setting: setting, slots: slots,
                    processID: nil, startMilliseconds: (ContinuousClock.now - start).inMilliseconds,
                    recentDrafts: RecentDrafts(capacity: slots), counters: nil))
        }
    }
}
