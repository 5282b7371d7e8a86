import Engine
import Speculation

/// What a dispatcher plans by at one moment: what there is to choose from, and what was learned.
struct Planning {
    /// Faded requests that prove a kind: one that was seen and mostly is of it.
    private static let evidenceOfAKind = 0.5

    let source: any EngineSource
    let planner: LanePlanner
    /// With what the model has measured a gain of, and without what cannot be had at present.
    let policy: DepthPolicy
    /// Settings at which no engine started lately.
    let paused: Set<DraftSetting>
    let model: LearnedModel

    init(
        source: any EngineSource, planner: LanePlanner, policy: DepthPolicy, paused: Set<DraftSetting>,
        model: LearnedModel
    ) {
        self.source = source
        self.planner = planner
        self.paused = source.candidates.count > 1 ? paused : []
        self.model = model
        let whole =
            source.supportsNgrams && source.candidates.count > 1
            ? policy.adding(ngramSettings: model.gainfulNgramSettings) : policy
        self.policy =
            paused.isEmpty
            ? whole
            : DepthPolicy(
                candidates: whole.candidates.filter { !paused.contains($0) },
                explorationShare: whole.explorationShare, worstCaseFactor: whole.worstCaseFactor)
    }

    private var hasChoice: Bool { source.candidates.count > 1 }

    // MARK: Plans

    /// The plan of a lane.
    ///
    /// - Parameters:
    ///   - elsewhere: settings of lanes on other devices.
    ///   - start: when planning began.
    func plan(
        for lane: Lane, entries: [BacklogEntry], elsewhere: Set<DraftSetting>,
        start: ContinuousClock.Instant
    ) -> CurrentPlan {
        let setting = lane.engine.setting
        guard hasChoice else { return plan(only: lane, slots: lane.slots, entries: entries, start: start) }
        let state = lane.state(
            slotChoices: source.slotChoices, elsewhere: elsewhere,
            withoutStart: settingsWithoutStart(of: lane, for: entries), keepsEngine: source.residentLanes > 1)
        let made = planner.plan(
            backlog: entries, running: state, model: model, policy: policy, exploration: model.exploration)
        // Off is a candidate even if no engine starts at it.
        if let wanted = made.setting, wanted != setting, paused.contains(wanted) {
            let own = entries.filter { entry in
                entry.override.map { DraftSetting(depth: $0) == setting } ?? true
            }
            return plan(only: lane, slots: lane.engine.slots, entries: own, start: start)
        }
        let unproven = setting.isDrafting && !setting.usesNgrams ? unproven(entries) : [:]
        let looks =
            made.setting == setting && !made.isMeasurement
            ? firstLooks(entries, unproven: unproven, at: setting, slots: made.busySlots) : [:]
        return CurrentPlan(made, start: start, unproven: unproven, looks: looks)
    }

    /// Everything at the setting that the lane has.
    private func plan(
        only lane: Lane, slots: Int, entries: [BacklogEntry], start: ContinuousClock.Instant
    ) -> CurrentPlan {
        let setting = lane.engine.setting
        return CurrentPlan(only: setting, busySlots: slots, entries: entries, start: start) {
            policy.decision($0.traits, at: setting, model: model, busySlots: slots)
        }
    }

    /// The setting that suits what waits before the first lane; nil when nothing does.
    func firstSetting(for entries: [BacklogEntry], switchCostSeconds: Double) -> DraftSetting? {
        guard !entries.isEmpty, hasChoice else { return nil }
        let state = LaneState(
            setting: nil, switchCostSeconds: switchCostSeconds, slots: source.slots,
            slotChoices: source.slotChoices)
        return planner.plan(backlog: entries, running: state, model: model, policy: policy).setting
    }

    /// Settings to which a lane changes without a start: of engines that wait beside it, and those that its own one
    /// offers in the request.
    private func settingsWithoutStart(of lane: Lane, for entries: [BacklogEntry]) -> Set<DraftSetting> {
        let waiting = lane.device.waitingSettings
        guard let offered = lane.engine.requestDepth else { return waiting }
        let wanted = policy.candidates + entries.compactMap(\.override).map { DraftSetting(depth: $0) }
        return waiting.union(wanted.filter(offered.offers))
    }

    /// What waits, as it is expected to be served if a lane has all of it and is left alone with it.
    ///
    /// - Parameters:
    ///   - beside: settings of its engine's lanes, to which a change costs no start.
    ///   - leastSecondsEach: the least time between two prompts.
    func forecast(
        for lane: Lane, entries: [BacklogEntry], beside: Set<DraftSetting>, leastSecondsEach: Double
    ) -> WorkForecast {
        var entries = entries
        var state = lane.state(
            slotChoices: source.findsConcurrency ? [lane.slots] : source.slotChoices, elsewhere: [],
            withoutStart: settingsWithoutStart(of: lane, for: entries).union(beside),
            keepsEngine: source.residentLanes > 1)
        if !hasChoice {
            state.switchCostSeconds = LaneState.impossibleSwitchCostSeconds
            for index in entries.indices { entries[index].override = nil }
        }
        return planner.forecast(
            backlog: entries, running: state, model: model, policy: policy,
            leastSecondsEach: leastSecondsEach)
    }

    // MARK: What waits

    /// Groups whose depth can be had here at present.
    func available(_ groups: [QueueGroup]) -> [QueueGroup] {
        groups.filter { group in
            guard let depth = group.judgement.depthOverride else { return true }
            return source.canRun(depth: depth) && !paused.contains(DraftSetting(depth: depth))
        }
    }

    func entries(of groups: [QueueGroup]) -> [BacklogEntry] {
        let now = ContinuousClock.now
        return groups.map { $0.entry(model: model, now: now) }
    }

    /// Groups of which nothing comparable was drafted for yet; an override leaves nothing to find out.
    private func unproven(_ entries: [BacklogEntry]) -> [String: PromptKind] {
        var seen: [PromptKind: Bool] = [:]
        var unproven: [String: PromptKind] = [:]
        for entry in entries where entry.override == nil {
            let kind = PromptKind(entry.traits)
            let isSeen = seen[kind] ?? (model.acceptanceEvidence(entry.traits) >= Self.evidenceOfAKind)
            seen[kind] = isSeen
            if !isSeen { unproven[entry.key] = kind }
        }
        return unproven
    }

    /// A prompt of each kind not seen yet, whatever lane it is meant for: what its drafts do here decides for the
    /// others. None where there are no others, or where it would take more than twice as long as at its best.
    private func firstLooks(
        _ entries: [BacklogEntry], unproven: [String: PromptKind], at setting: DraftSetting, slots: Int
    ) -> [String: Decision] {
        var waiting: [PromptKind: Int] = [:]
        for entry in entries { waiting[PromptKind(entry.traits), default: 0] += entry.prompts }
        var looks: [String: Decision] = [:]
        var seen: Set<PromptKind> = []
        for entry in entries {
            guard let kind = unproven[entry.key], seen.insert(kind).inserted, let prompts = waiting[kind],
                prompts > 1
            else { continue }
            let best = policy.decide(entry.traits, model: model, busySlots: slots)
            var look = policy.decision(entry.traits, at: setting, model: model, busySlots: slots)
            guard best.tokensPerSecond <= look.tokensPerSecond * policy.worstCaseFactor else { continue }
            look.source = .exploration
            look.reason =
                "a first look at \(kind.workload.rawValue) prompts at \(setting.label): how its drafts are "
                + "accepted decides for the \(prompts) that wait"
            looks[entry.key] = look
        }
        return looks
    }

    // MARK: Sharing and sending

    /// What the other engines of the pool may reckon with of a lane.
    ///
    /// - Parameters:
    ///   - delay: how long it is until the server may be sent another prompt.
    ///   - interval: what there is between two requests, where they are limited.
    func offer(of lane: Lane, delay: Duration, interval: Duration) -> WorkSharing.Offer {
        let (slots, setting, isMeasured) = (lane.slots, lane.engine.setting, model.observationCount > 0)
        // Where requests are limited, each keeps the whole engine for its part of the minute.
        let leastSeconds = interval.inSeconds * Double(slots)
        let (policy, model, paused, hasChoice) = (policy, model, paused, hasChoice)
        return WorkSharing.Offer(
            slots: slots, busySlotSeconds: lane.busySlotSeconds + delay.inSeconds * Double(slots)
        ) { group in
            if let depth = group.depthOverride, paused.contains(DraftSetting(depth: depth)) {
                return .unavailable
            }
            guard isMeasured else { return .unmeasured }
            let prediction =
                hasChoice
                ? policy.expectation(
                    group.traits, model: model, busySlots: slots, override: group.depthOverride)
                : model.predict(group.traits, setting, busySlots: slots)
            let tokens = model.expectedTokens(group.traits, prior: group.expectedTokens)
            // The total includes the time to read the prompt.
            let seconds = tokens * Double(slots) / max(prediction.totalTokensPerSecond, 1e-9)
            return .seconds(max(seconds, leastSeconds))
        }
    }

    /// The decision of a prompt that a lane has taken.
    ///
    /// - Parameters:
    ///   - planned: how its group came to the lane.
    ///   - waiting: prompts that wait beside it.
    func decision(
        for judgement: Judgement, in lane: Lane, planned: Decision?, expectedTokens: Double, waiting: Int
    ) -> Decision {
        let own = policy.decide(
            judgement.traits, model: model,
            busySlots: lane.expectedBusySlots(tokens: expectedTokens, waiting: waiting),
            override: judgement.depthOverride)
        let usesOwn = own.setting == lane.engine.setting && planned?.source != .exploration
        return usesOwn ? own : (planned ?? own)
    }
}
