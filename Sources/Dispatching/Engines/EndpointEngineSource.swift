import Engine
import Foundation
import Logging
import Settings
import Speculation

/// One lane on an OpenAI-compatible server run by others, at the depth it is declared to have, or at those that requests
/// choose.
struct EndpointEngineSource: EngineSource {
    let candidates: [DraftSetting]
    let supportsNgrams = false
    let fingerprint: EngineFingerprint
    let slots: Int
    var slotChoices: [Int] { [slots] }
    let findsConcurrency: Bool
    var devices: [String?] { [nil] }
    var overlap: LaneOverlap { .none }
    var residentLanes: Int { 1 }
    let warning: String?
    let servedModels: [String]
    private let depth: EngineDepth
    private let configuration: OpenAIEngineConfiguration

    /// Asks the server what it is.
    ///
    /// - Throws: ``EngineError`` if it does not answer, ``SettingsError`` for an address that is none and
    ///   for a file that cannot be read.
    init(settings whole: Settings, stallLimit: StallLimit) async throws {
        let settings = whole.engine
        let modelNames = whole.modelNames
        configuration = try OpenAIEngineConfiguration(
            settings, defaultModel: modelNames.defaultModel, stallLimit: stallLimit)
        let description = try await OpenAIEngine.run(configuration) { try await $0.describe() }
        warning = Self.warning(modelNames, served: description.servedModels)
        slots = settings.slots
        findsConcurrency = settings.choosesBusySlots
        servedModels = description.servedModels
        depth = settings.depth
        candidates = Self.candidates(settings.depth, whole.speculation)
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

    private static func candidates(
        _ depth: EngineDepth, _ speculation: SpeculationSettings
    ) -> [DraftSetting] {
        switch depth {
        case .fixed(let depth): [DraftSetting(depth: depth)]
        case .perRequest: ManagedEngineSource.candidates(speculation)
        case .chosen, .server: [.off]
        }
    }

    /// The greatest depth that requests may ask for, where they choose.
    private var greatestDepth: Int { candidates.map(\.depth).max() ?? 0 }

    func canRun(depth wanted: Int) -> Bool { depth.allows(wanted, upTo: greatestDepth) }

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
            let requestDepth = depth == .perRequest ? try await provenDepth(of: engine, description) : nil
            return try await body(
                LaneEngine(
                    engine: engine, description: description, setting: setting, slots: slots,
                    processID: nil, startMilliseconds: (ContinuousClock.now - start) / .milliseconds(1),
                    recentDrafts: RecentDrafts(capacity: slots),
                    requestDepth: requestDepth, choosesItsDepth: depth == .server))
        }
    }

    /// What requests choose, as the server's counters show.
    ///
    /// - Throws: ``EngineError/startFailed(reason:lastWords:)`` where they choose nothing.
    private func provenDepth(
        of engine: OpenAIEngine, _ description: EngineDescription
    ) async throws(EngineError) -> RequestDepth {
        let proof = DepthProof(
            engine: engine, modelName: description.modelName, timeout: Self.proofTimeout, slot: nil)
        guard greatestDepth > 0 else { return RequestDepth(greatest: 0, honoursPMin: false) }
        guard let depth = try await proof.run(startedAt: greatestDepth) else {
            throw .startFailed(
                reason:
                    "the endpoint keeps its draft depth whatever a request says; set depth to the one that it "
                    + "has, or to engine, in place of per-request (or speculation.max-depth to the one that it "
                    + "was started with)", lastWords: [])
        }
        return depth
    }

    private static let proofTimeout: Duration = .seconds(120)
}

extension EngineDepth {
    /// Whether a prompt that demands the depth `wanted` can have it.
    ///
    /// - Parameter greatest: the greatest depth, where there is a choice.
    func allows(_ wanted: Int, upTo greatest: Int) -> Bool {
        switch self {
        case .fixed(let own): wanted == own
        case .perRequest, .chosen: wanted <= greatest
        case .server: false
        }
    }
}
