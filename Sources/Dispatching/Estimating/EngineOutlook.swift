import Engine
import Settings
import Speculation

/// A configured engine with what was learned of it, looked at without running anything.
struct EngineOutlook: Sendable {
    /// Its name in the configuration's list; empty for the only one.
    let name: String
    let model: LearnedModel
    let policy: DepthPolicy
    let slots: Int
    let slotChoices: [Int]
    /// Lanes that it runs side by side.
    let lanes: Int
    /// The only setting that it runs at; nil where there is a choice.
    let onlySetting: DraftSetting?
    /// Whether each request says its depth, so that a change costs nothing.
    let changesFreely: Bool
    /// Whether a server run by others decides how to draft, and says nothing of it.
    let choosesItsDepth: Bool
    /// The least time between two requests, in seconds.
    let leastSecondsEach: Double
    /// Which prompts it may run, as the other engines of a pool are told.
    let member: WorkSharing.Member
    /// What the model rests on, and what is amiss with the engine.
    let note: String

    /// Looks at the engine at hand.
    ///
    /// - Throws: as the engines' sources do where it cannot be looked at.
    init(settings: Settings) async throws {
        let configured = try await settings.engineSource(stallLimit: StallLimit(.zero))
        let source = Self.withLearnedSlots(configured, in: settings.stateDirectory)
        let model = LearnedStore.peek(
            stateDirectory: settings.stateDirectory, fingerprint: source.fingerprint)
        let needs = try EngineNeeds(settings.engine)
        let served = ServedConfiguration(settings: settings, source: source, needs: needs)
        name = settings.engine.name
        self.model = model
        policy = DepthPolicy(candidates: source.candidates)
            .adding(ngramSettings: source.supportsNgrams ? model.gainfulNgramSettings : [])
        slots = source.slots
        slotChoices =
            source.findsConcurrency ? [Self.foundConcurrency(source, model: model)] : source.slotChoices
        lanes = source.devices.count
        onlySetting = source.candidates.count == 1 ? source.candidates[0] : nil
        changesFreely = settings.engine.depth == .perRequest
        choosesItsDepth = settings.engine.depth == .server
        leastSecondsEach = Self.leastSecondsEach(settings.engine)
        member = PoolEngine(settings: settings, needs: needs, configuration: served).member(owner: 0)
        note = [Self.basis(of: model, in: settings.stateDirectory), source.warning].compactMap { $0 }
            .joined(separator: "; ")
    }

    /// Published figures in place of an engine that cannot be looked at.
    ///
    /// - Parameters:
    ///   - quantization: the quantisation whose published figures are used.
    ///   - device: what it is taken to run on; nil: this machine's GPU, else what `quantization` was published of, else a
    ///     processor.
    init(settings: Settings, quantization: String?, device: DeviceKind?, because error: any Error) {
        let usual = DeviceName.kind == .processor && quantization != nil ? .unknown : DeviceName.kind
        let model = LearnedModel(
            fingerprint: EngineFingerprint(
                modelIdentity: "", quantization: quantization ?? "Q8_0", engineBuild: "", device: "",
                deviceKind: device ?? usual, contextTokens: 0, slots: settings.engine.slots))
        name = settings.engine.name
        self.model = model
        policy = DepthPolicy(candidates: ManagedEngineSource.candidates(settings.speculation))
        slots = settings.engine.slots
        slotChoices =
            settings.engine.choosesBusySlots
            ? LaneState.slotChoices(upTo: settings.engine.slots) : [settings.engine.slots]
        lanes = max(1, settings.engine.devices.count)
        onlySetting = nil
        changesFreely = settings.engine.depth == .perRequest
        choosesItsDepth = settings.engine.depth == .server
        leastSecondsEach = Self.leastSecondsEach(settings.engine)
        member = WorkSharing.Member(name: settings.engine.name, canRun: { _ in true })
        note =
            "acceptance is others' published figures, costs are \(model.priorSource), since the engine cannot be looked "
            + "at: \(error)"
    }

    /// The engine with as many slots as it was last found to have room for: those with which something was learned.
    private static func withLearnedSlots(
        _ configured: any EngineSource, in stateDirectory: String
    ) -> any EngineSource {
        var source = configured
        while true {
            let model = LearnedStore.peek(stateDirectory: stateDirectory, fingerprint: source.fingerprint)
            if model.observationCount > 0 { return source }
            guard let smaller = source.withFewerSlots() else { return configured }
            source = smaller
        }
    }

    /// The most requests at a time that a server was seen to work on which does not say how many it takes.
    private static func foundConcurrency(_ source: any EngineSource, model: LearnedModel) -> Int {
        let seen = LaneState.slotChoices(upTo: source.slots).last { slots in
            source.candidates.contains { model.hasMeasuredCost(of: $0, busySlots: slots) }
        }
        return seen ?? min(source.slots, ConcurrencyLimit.first)
    }

    private static func leastSecondsEach(_ engine: EngineSettings) -> Double {
        engine.endpointRequestsPerMinute.map { 60 / Double(max(1, $0)) } ?? 0
    }

    private static func basis(of model: LearnedModel, in stateDirectory: String) -> String {
        if model.observationCount > 0 {
            return "learned from \(model.observationCount) generations on this engine"
        }
        let reason =
            LearnedStore.isHidden(stateDirectory: stateDirectory, fingerprint: model.fingerprint)
            ? "what was learned of this engine may not be read by you"
            : "nothing was learned of this engine yet"
        return "\(reason); acceptance is others' published figures, costs are \(model.priorSource)"
    }

    /// What one of its lanes would do with all of the work, and nothing else to do.
    ///
    /// - Parameter running: the setting of its lane; nil if none is up.
    func forecast(_ groups: [QueueGroup], running: DraftSetting?) -> WorkForecast {
        let now = ContinuousClock.now
        var entries = groups.map { $0.entry(model: model, now: now) }
        var state = LaneState(
            setting: running.flatMap { policy.candidates.contains($0) ? $0 : nil },
            switchCostSeconds: ChangeCost.assumedSeconds, slots: slots, slotChoices: slotChoices,
            resident: changesFreely ? Set(policy.candidates) : [])
        if let onlySetting {
            for index in entries.indices { entries[index].override = nil }
            state.setting = onlySetting
            state.switchCostSeconds = LaneState.impossibleSwitchCostSeconds
        }
        return LanePlanner().forecast(
            backlog: entries, running: state, model: model, policy: policy,
            leastSecondsEach: leastSecondsEach)
    }
}
