import Engine
import Foundation
import Logging
import Settings
import Speculation

/// Lanes that are llama-server child processes, one at a time.
struct ManagedEngineSource: EngineSource {
    let candidates: [DraftSetting]
    let fingerprint: EngineFingerprint
    let slots: Int
    let warning: String?
    /// What the model file says about itself.
    let model: GGUFMetadata
    private let configuration: LlamaServerConfiguration

    /// Looks at program and model without starting anything.
    ///
    /// - Throws: ``SettingsError`` if no model is named, ``GGUFError`` if it is not readable as one,
    ///   ``EngineError`` if the program cannot be run.
    init(settings: Settings) async throws {
        let engine = settings.engine
        guard !engine.model.isEmpty else {
            throw SettingsError(
                key: "engine.model", origin: "configuration",
                problem: "is not set; name a GGUF model file, or an engine.endpoint")
        }
        let model = try GGUFMetadata(path: engine.model)
        let inspection = try await EngineInspection.inspect(server: engine.server)
        let canDraft = model.hasMTPBlock && inspection.supportsDraftMTP
        if !model.hasMTPBlock {
            warning = "\(engine.model) has no multi-token-prediction block; everything runs at depth 0"
        } else if !inspection.supportsDraftMTP {
            warning =
                "\(engine.server) \(inspection.version) does not know --spec-type draft-mtp; "
                + "everything runs at depth 0 (use a build from May 2026 or later)"
        } else {
            warning = nil
        }
        self.model = model
        slots = engine.slots
        candidates = canDraft ? Self.candidates(settings.speculation) : [.off]
        fingerprint = EngineFingerprint(
            modelIdentity: model.identity, quantization: model.quantization ?? "",
            engineBuild: "llama-server \(inspection.version)", device: DeviceName.current(),
            contextTokens: engine.contextTokens, slots: engine.slots, extraFlags: engine.extraArguments)
        configuration = LlamaServerConfiguration(
            server: engine.server, model: engine.model, slots: engine.slots,
            contextTokens: engine.contextTokens, runtimeDirectory: settings.runtimeDirectory,
            socketName: "lane", extraArguments: engine.extraArguments, startTimeout: engine.startTimeout,
            stopTimeout: engine.stopTimeout, stallTimeout: engine.stallTimeout, hasMTPBlock: canDraft)
    }

    /// Off, the policy's usual depths up to the greatest allowed, and that one itself.
    static func candidates(_ settings: SpeculationSettings) -> [DraftSetting] {
        let depths = DepthPolicy.defaultCandidates.map(\.depth) + [settings.maximumDepth]
        return Set(depths.filter { $0 <= settings.maximumDepth }).sorted().map {
            DraftSetting(depth: $0, pMin: settings.minimumDraftProbability)
        }
    }

    func canRun(depth: Int) -> Bool {
        depth == 0 || configuration.hasMTPBlock
    }

    func withEngine<Result: Sendable>(
        _ setting: DraftSetting, logger: Logger,
        body: @escaping @Sendable (LaneEngine) async throws -> Result
    ) async throws -> Result {
        let slots = slots
        return try await ManagedLlamaServer.run(
            configuration, setting: setting, logger: logger,
            onOutput: { line in logger.debug("\(line)", metadata: ["source": "llama-server"]) },
            body: { running in
                let description = try await running.engine.describe()
                return try await body(
                    LaneEngine(
                        engine: running.engine, description: description, setting: running.setting,
                        slots: slots, processID: running.processID,
                        startMilliseconds: running.startMilliseconds))
            })
    }
}
