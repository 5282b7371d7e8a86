import Engine
import Foundation
import Logging
import Settings
import Speculation

/// Lanes that are llama-server child processes.
struct ManagedEngineSource: EngineSource {
    let candidates: [DraftSetting]
    let supportsNgrams: Bool
    private(set) var fingerprint: EngineFingerprint
    private(set) var slots: Int
    let devices: [String?]
    let overlap: LaneOverlap
    let residentLanes: Int
    let warning: String?
    /// What the model file says about itself.
    let model: GGUFMetadata
    private var configuration: LlamaServerConfiguration
    private let choosesBusySlots: Bool
    private let choosesResidentLanes: Bool
    private let laneOverlap: LaneOverlapSetting
    /// Engines kept where they run on the processor: off and two ways of drafting.
    private static let usualResidentLanes = 3

    /// Looks at program and model without starting anything.
    ///
    /// - Throws: ``SettingsError`` if no model is named, ``GGUFError`` if it is not readable as one,
    ///   ``EngineError`` if the program cannot be run.
    init(settings: Settings, stallLimit: StallLimit) async throws {
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
        choosesBusySlots = engine.choosesBusySlots
        devices = engine.devices.isEmpty ? [nil] : engine.devices
        overlap = Self.overlap(engine)
        choosesResidentLanes = engine.residentLanes == nil
        laneOverlap = engine.laneOverlap
        residentLanes =
            engine.residentLanes
            ?? (DeviceName.gpus().isEmpty && Self.hasMemory(forModels: 2, at: engine.model) == true
                ? Self.usualResidentLanes : 1)
        candidates = canDraft ? Self.candidates(settings.speculation) : [.off]
        supportsNgrams = inspection.supportsNgrams
        fingerprint = EngineFingerprint(
            modelIdentity: model.identity, quantization: model.quantization ?? "",
            engineBuild: "llama-server \(inspection.version)", device: DeviceName.current(),
            contextTokens: engine.contextTokens, slots: engine.slots, extraFlags: engine.extraArguments)
        configuration = LlamaServerConfiguration(
            server: engine.server, model: engine.model, slots: engine.slots,
            contextTokens: engine.contextTokens, runtimeDirectory: settings.runtimeDirectory,
            socketName: "lane", extraArguments: engine.extraArguments, startTimeout: engine.startTimeout,
            stopTimeout: engine.stopTimeout, stallLimit: stallLimit, hasMTPBlock: canDraft)
    }

    /// Off, and the policy's usual depths up to the greatest allowed, and that one itself, with every threshold
    /// that may be chosen. A threshold is for drafts of some length.
    static func candidates(_ settings: SpeculationSettings) -> [DraftSetting] {
        if let depth = settings.fixedDepth {
            return [DraftSetting(depth: depth, pMin: settings.draftProbabilities[0])]
        }
        let usual = DepthPolicy.defaultCandidates.map(\.depth) + [settings.maximumDepth]
        let depths = Set(usual.filter { $0 <= settings.maximumDepth }).sorted()
        let chooses = settings.draftProbabilities.count > 1
        let drafting = settings.draftProbabilities.flatMap { probability in
            depths.filter { !chooses || probability == 0 || $0 >= DepthPolicy.leastThresholdDepth }.map {
                DraftSetting(depth: $0, pMin: probability)
            }
        }
        return Set([.off] + drafting).sorted()
    }

    var slotChoices: [Int] { choosesBusySlots ? LaneState.slotChoices(upTo: slots) : [slots] }

    func canRun(depth: Int) -> Bool {
        candidates.count == 1
            ? candidates[0].depth == depth : depth == 0 || configuration.hasMTPBlock
    }

    /// What was asked for by number is not second-guessed.
    func hasRoom() -> Bool {
        !choosesResidentLanes || Self.hasMemory(forModels: 1, at: configuration.model) != false
    }

    var isManaged: Bool { true }

    func roomBesideOthers() -> EngineRoom {
        switch laneOverlap {
        case .never: return .none
        case .always: return .enough
        case .automatic:
            guard DeviceName.gpus().isEmpty else { return .unknown }
            if Self.hasMemory(forModels: 1, at: configuration.model) == false { return .none }
            return Self.hasMemory(forModels: 2, at: configuration.model) == true ? .enough : .unknown
        }
    }

    func withFewerSlots() -> (any EngineSource)? {
        guard choosesBusySlots, slots > 1 else { return nil }
        var smaller = self
        smaller.slots = slots / 2
        smaller.fingerprint.slots = smaller.slots
        smaller.configuration.slots = smaller.slots
        return smaller
    }

    func withEngine<Result: Sendable>(
        _ setting: DraftSetting, at place: LanePlace, logger: Logger,
        body: @escaping @Sendable (LaneEngine) async throws -> Result
    ) async throws -> Result {
        let slots = slots
        var configuration = configuration
        configuration.socketName = place.socketName
        if let device = place.device {
            configuration.extraArguments = ["--device", device] + configuration.extraArguments
        }
        return try await ManagedLlamaServer.run(
            configuration, setting: setting, logger: logger,
            onOutput: { line in logger.debug("\(line)", metadata: ["source": "llama-server"]) },
            body: { running in
                let description = try await running.engine.describe()
                return try await body(
                    LaneEngine(
                        engine: running.engine, description: description, setting: running.setting,
                        slots: slots, processID: running.processID,
                        startMilliseconds: running.startMilliseconds,
                        recentDrafts: RecentDrafts(capacity: slots),
                        counters: { try await running.metrics() }))
            })
    }

    /// What a GPU has free cannot be told without its vendor's library, so there overlap must be asked for.
    private static func overlap(_ engine: EngineSettings) -> LaneOverlap {
        let onProcessor = DeviceName.gpus().isEmpty
        switch engine.laneOverlap {
        case .never: return .none
        case .always: return onProcessor ? .starting : .serving
        case .automatic:
            return onProcessor && hasMemory(forModels: 2, at: engine.model) == true ? .starting : .none
        }
    }

    /// Whether the memory that is free would hold the model that often; nil where that cannot be told.
    private static func hasMemory(forModels count: Int, at path: String) -> Bool? {
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size]) as? Int
        guard let size, let free = AvailableMemory.bytes() else { return nil }
        return free > count * size
    }
}
