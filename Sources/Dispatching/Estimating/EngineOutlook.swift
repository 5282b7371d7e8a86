import Engine
import Foundation
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
    /// What the model rests on, and what is amiss with the engine.
    let note: String
    /// Whether a prompt that demands this depth can have it.
    let canRun: @Sendable (_ depth: Int) -> Bool

    /// Looks at the engine at hand.
    ///
    /// - Throws: as the engines' sources do where it cannot be looked at.
    init(settings: Settings) async throws {
        let configured = try await settings.engineSource(stallLimit: StallLimit(.zero))
        let (source, model) = Self.learned(of: configured, in: settings.stateDirectory)
        name = settings.engine.name
        self.model = model
        policy = DepthPolicy(candidates: source.candidates)
            .adding(ngramSettings: source.supportsNgrams ? model.gainfulNgramSettings : [])
        slots = source.slots
        slotChoices =
            source.findsConcurrency
            ? [Self.foundConcurrency(source, model: model)] : source.slotChoices
        lanes = source.devices.count
        onlySetting = source.candidates.count == 1 ? source.candidates[0] : nil
        note = [Self.basis(of: model, in: settings.stateDirectory), source.warning].compactMap { $0 }
            .joined(separator: "; ")
        canRun = { source.canRun(depth: $0) }
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
        note =
            "acceptance is others' published figures, costs are \(model.priorSource), since the engine cannot be looked "
            + "at: \(error)"
        canRun = { _ in true }
    }

    /// What was learned with as many slots as the engine was last found to have room for.
    private static func learned(
        of configured: any EngineSource, in stateDirectory: String
    ) -> (any EngineSource, LearnedModel) {
        var source = configured
        while true {
            let model = LearnedStore.peek(stateDirectory: stateDirectory, fingerprint: source.fingerprint)
            if model.observationCount > 0 { return (source, model) }
            guard let smaller = source.withFewerSlots() else { break }
            source = smaller
        }
        return (
            configured,
            LearnedStore.peek(stateDirectory: stateDirectory, fingerprint: configured.fingerprint)
        )
    }

    /// The most requests at a time that a server was seen to work on which does not say how many it takes.
    private static func foundConcurrency(_ source: any EngineSource, model: LearnedModel) -> Int {
        let seen = LaneState.slotChoices(upTo: source.slots).last { slots in
            source.candidates.contains { model.hasMeasuredCost(of: $0, busySlots: slots) }
        }
        return seen ?? min(source.slots, ConcurrencyLimit.first)
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

    /// What the work is expected to come to on this engine alone, with nothing else to do.
    ///
    /// - Parameter running: the setting of its lane; nil if none is up.
    func forecast(_ groups: [QueueGroup], running: DraftSetting?) -> WorkForecast {
        let now = ContinuousClock.now
        let entries = groups.filter { $0.judgement.depthOverride.map(canRun) ?? true }.map { group in
            var entry = group.entry(model: model, now: now)
            if onlySetting != nil { entry.override = nil }
            return entry
        }
        let state = LaneState(
            setting: onlySetting ?? running,
            switchCostSeconds: onlySetting == nil
                ? Device.assumedSwitchCostSeconds : LaneState.impossibleSwitchCostSeconds,
            slots: slots, slotChoices: slotChoices)
        return LanePlanner().forecast(backlog: entries, running: state, model: model, policy: policy)
    }
}
