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
    var warning: String? { nil }
    private let configuration: OpenAIEngineConfiguration

    /// Asks the server what it is.
    ///
    /// - Throws: ``EngineError`` if it does not answer, ``SettingsError`` for an unreadable key file.
    init(settings: EngineSettings, stallLimit: StallLimit) async throws {
        guard let endpoint = EngineEndpoint(settings.endpoint) else {
            throw SettingsError(
                key: "engine.endpoint", origin: "configuration",
                problem:
                    "'\(EngineEndpoint.redacted(settings.endpoint))' is no http:// or https:// address and no unix:/PATH"
            )
        }
        configuration = OpenAIEngineConfiguration(
            endpoint: endpoint, bearerToken: try Self.token(in: settings.endpointKeyFile),
            slots: settings.slots, stallLimit: stallLimit)
        let description = try await OpenAIEngine.run(configuration) { try await $0.describe() }
        slots = settings.slots
        slotChoices =
            settings.choosesBusySlots ? LaneState.slotChoices(upTo: settings.slots) : [settings.slots]
        candidates = [DraftSetting(depth: settings.endpointDepth)]
        fingerprint = EngineFingerprint(
            modelIdentity: description.modelPath ?? description.modelName,
            quantization: description.quantization ?? "",
            engineBuild: "\(description.name) \(description.version ?? "") at \(endpoint)",
            device: "remote", contextTokens: description.contextTokens ?? settings.contextTokens,
            slots: settings.slots)
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

    /// The bearer token in a key file; nil where none is named.
    ///
    /// - Throws: ``SettingsError`` if it cannot be read.
    static func token(in file: String) throws(SettingsError) -> String? {
        guard !file.isEmpty else { return nil }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw SettingsError(
                key: "engine.endpoint-key-file", origin: file,
                problem: "cannot be read; check that it exists and is readable for the daemon's user")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
