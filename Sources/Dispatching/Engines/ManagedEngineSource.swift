import Engine
import Foundation
import Logging
import Settings
import Speculation

/// Lanes that are llama-server child processes, of either dialect.
///
/// Where requests may choose their depth, an engine is started at the greatest one and serves all of them.
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
    private let version: String
    private let memory: DepthMemory
    private let choosesBusySlots: Bool
    private let room: RoomForEngines
    /// Slots that `auto` begins with on a GPU: of 16 busy ones an H200 makes 1.5 times the tokens of 8 at 27B scale.
    private static let usualSlotsOnGPU = 16

    /// Looks at program and model without starting anything.
    ///
    /// - Throws: ``SettingsError`` if no model is named, ``GGUFError`` if it is not readable as one,
    ///   ``EngineError`` if the program cannot be run.
    init(settings: Settings, stallLimit: StallLimit) async throws {
        var engine = settings.engine
        engine.slots = Self.mostSlots(engine, onGPU: !DeviceName.gpus().isEmpty)
        guard !engine.model.isEmpty else {
            throw SettingsError(
                key: "engine.model", origin: "configuration",
                problem: "is not set; name a GGUF model file, or an engine.endpoint")
        }
        let model = try GGUFMetadata(path: engine.model)
        let inspection = try await EngineInspection.inspect(server: engine.server)
        let dialect = inspection.dialect
        var ownDepth: Int?
        if case .fixed(let depth) = engine.depth { ownDepth = depth }
        let wanted = Self.candidates(settings.speculation, depth: ownDepth)
        let drafting = DraftingAbility(
            wanted: wanted.contains(where: \.isDrafting), engine: engine, model: model, inspection: inspection
        )
        warning = drafting.warning
        self.model = model
        version = inspection.version
        memory = DepthMemory(
            stateDirectory: settings.stateDirectory, program: engine.server,
            build: "\(dialect.name) \(inspection.version)")
        slots = drafting.slots
        choosesBusySlots = engine.choosesBusySlots && drafting.slots == engine.slots
        devices = engine.devices.isEmpty ? [nil] : engine.devices
        room = RoomForEngines(engine)
        overlap = room.overlap
        residentLanes = room.residentLanes
        candidates = drafting.isPossible ? wanted : [.off]
        supportsNgrams = inspection.supportsNgrams
        fingerprint = EngineFingerprint(
            modelIdentity: model.identity, quantization: model.quantization ?? "",
            engineBuild: "\(dialect.name) \(inspection.version)",
            device: ([DeviceName.current()] + engine.devices).joined(separator: " "),
            deviceKind: DeviceName.kind,
            contextTokens: engine.contextTokens, slots: drafting.slots, extraFlags: engine.extraArguments)
        configuration = LlamaServerConfiguration(
            server: engine.server, dialect: dialect, knownOptions: inspection.flags, model: engine.model,
            slots: drafting.slots, contextTokens: engine.contextTokens,
            runtimeDirectory: settings.runtimeDirectory, socketName: "lane",
            extraArguments: engine.extraArguments, startTimeout: engine.startTimeout,
            stopTimeout: engine.stopTimeout, stallLimit: stallLimit, hasMTPBlock: drafting.isPossible)
    }

    /// Off, and the policy's usual depths up to the greatest allowed, and that one itself, with every threshold
    /// that may be chosen. A threshold is for drafts of some length.
    ///
    /// - Parameter depth: the engine's own, where it has only one.
    static func candidates(_ settings: SpeculationSettings, depth: Int? = nil) -> [DraftSetting] {
        if let depth = depth ?? settings.fixedDepth {
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

    /// The slots to start an engine with; half of them are tried where it does not start.
    static func mostSlots(_ engine: EngineSettings, onGPU: Bool) -> Int {
        onGPU && engine.choosesBusySlots && engine.choosesMostSlots
            ? max(engine.slots, usualSlotsOnGPU) : engine.slots
    }

    var servedModels: [String] { [] }

    var findsConcurrency: Bool { false }

    var slotChoices: [Int] { choosesBusySlots ? LaneState.slotChoices(upTo: slots) : [slots] }

    func canRun(depth: Int) -> Bool {
        candidates.count == 1
            ? candidates[0].depth == depth : depth == 0 || configuration.hasMTPBlock
    }

    var isManaged: Bool { true }

    func hasRoom() -> Bool { room.holdsAnother }

    func roomBesideOthers() -> EngineRoom { room.besideOthers }

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
        let start = startSetting(for: setting)
        if start != setting {
            do {
                return try await run(start, for: setting, at: place, logger: logger, body: body)
            } catch is IgnoredDepth {
                logger.warning(
                    "The engine ignores the draft depth of a request; it is started anew at \(setting.label)")
            } catch let error as EngineError {
                guard case .startFailed = error else { throw error }
                logger.warning("No engine at \(start.label), trying \(setting.label): \(error)")
            }
        }
        return try await run(setting, for: setting, at: place, logger: logger, body: body)
    }

    /// What to start an engine at that is to serve `setting`: the greatest depth there is use for, if its requests can
    /// be expected to choose theirs.
    private func startSetting(for setting: DraftSetting) -> DraftSetting {
        let known = memory.current
        guard candidates.count > 1, !setting.usesNgrams,
            known?.honoursDepth ?? configuration.dialect.isExpectedToHonourDepth,
            setting.pMin == 0 || known?.honoursPMin ?? true
        else { return setting }
        return DraftSetting(depth: candidates.map(\.depth).reduce(setting.depth, max))
    }

    /// An engine started at another setting does not serve the one it was to.
    private struct IgnoredDepth: Error {}

    /// - Throws: ``IgnoredDepth`` before a call of `body`, and as ``withEngine(_:at:logger:body:)``.
    private func run<Result: Sendable>(
        _ start: DraftSetting, for setting: DraftSetting, at place: LanePlace, logger: Logger,
        body: @escaping @Sendable (LaneEngine) async throws -> Result
    ) async throws -> Result {
        var configuration = configuration
        configuration.socketName = place.socketName
        if let device = place.device {
            configuration.extraArguments = ["--device", device] + configuration.extraArguments
        }
        return try await ManagedLlamaServer.run(
            configuration, setting: start, logger: logger,
            onOutput: { line in logger.debug("\(line)", metadata: ["source": "llama-server"]) },
            body: { running in
                let engine = try await lane(on: running, for: setting, logger: logger)
                guard engine.setting == setting || start == setting else { throw IgnoredDepth() }
                return try await body(engine)
            })
    }

    /// The engine that runs, to serve `setting` if it offers that.
    private func lane(
        on running: RunningEngine, for setting: DraftSetting, logger: Logger
    ) async throws -> LaneEngine {
        var description = try await running.engine.describe()
        description.name = configuration.dialect.name
        description.version = description.version ?? version
        let choice = try await requestDepth(of: running, description, logger: logger)
        let isOffered = choice?.offers(setting) == true
        return LaneEngine(
            engine: running.engine, description: description,
            setting: isOffered ? setting : running.setting, slots: slots, processID: running.processID,
            startMilliseconds: running.startMilliseconds, recentDrafts: RecentDrafts(capacity: slots),
            requestDepth: choice, requestDefaults: configuration.dialect.requestDefaults)
    }

    /// Asks an engine whether its requests choose their depth, unless there is nothing to choose, or an earlier one of the
    /// same build has shown that they do not where that is usual.
    private func requestDepth(
        of running: RunningEngine, _ description: EngineDescription, logger: Logger
    ) async throws -> RequestDepth? {
        let start = running.setting
        let dialect = configuration.dialect
        guard candidates.count > 1, start.isDrafting, start.pMin == 0, !start.usesNgrams,
            dialect.isExpectedToHonourDepth || memory.current?.honoursDepth != false
        else { return nil }
        let proof = DepthProof(
            engine: running.engine, modelName: description.modelName, timeout: configuration.startTimeout)
        let choice: RequestDepth?
        do throws(EngineError) {
            choice = try await proof.run(startedAt: start.depth)
        } catch {
            guard !error.isLossOfEngine, error != .cancelled else { throw error }
            logger.warning("Whether requests choose their draft depth cannot be found out now: \(error)")
            return nil
        }
        logger.info(
            choice.map { "Requests choose their draft depth, up to \($0.greatest)" }
                ?? "The engine keeps its draft depth whatever a request says",
            metadata: ["engine": "\(description.name)", "depth": "\(start.depth)"])
        memory.remember(choice, logger: logger)
        return choice
    }
}
