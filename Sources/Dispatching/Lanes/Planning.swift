import Speculation

/// What a dispatcher plans by at one moment: what there is to choose from, and what was learned.
package struct Planning {
    /// What engines can be had.
    package struct Choice: Sendable, Hashable {
        /// The settings a lane can have.
        package let candidates: [DraftSetting]
        /// Whether a lane can look drafts up among earlier tokens beside any of those.
        let supportsNgrams: Bool
        /// Slots of every lane.
        package let slots: Int
        /// Numbers of busy slots to choose from, ascending.
        package let slotChoices: [Int]

        package init(
            candidates: [DraftSetting], supportsNgrams: Bool = false, slots: Int, slotChoices: [Int]
        ) {
            self.candidates = candidates
            self.supportsNgrams = supportsNgrams
            self.slots = slots
            self.slotChoices = slotChoices
        }

        /// Whether there is more than one setting.
        package var isFree: Bool { candidates.count > 1 }

        /// The setting at which a new engine is timed beside off.
        package var settingToMeasure: DraftSetting {
            let drafting = candidates.filter(\.isDrafting)
            let threshold = drafting.map(\.pMin).min() ?? 0
            return drafting.last { $0.depth <= 3 && $0.pMin == threshold } ?? .off
        }

        /// The numbers of busy slots with which a new engine is timed: one and all of them, which tells drafting apart
        /// from verifying; where their number is to be chosen also half of them.
        package var busySlotsToMeasure: [Int] {
            let middle = slotChoices.count > 1 ? [(slots + 1) / 2] : []
            return Set([1, slots] + middle).sorted()
        }
    }

    let choice: Choice
    let planner: LanePlanner
    /// With what the model has measured a gain of, and without what cannot be had at present.
    let policy: DepthPolicy
    /// Settings at which no engine started lately.
    let paused: Set<DraftSetting>
    let model: LearnedModel

    package init(
        choice: Choice, planner: LanePlanner, policy: DepthPolicy, paused: Set<DraftSetting> = [],
        model: LearnedModel
    ) {
        self.choice = choice
        self.planner = planner
        self.paused = choice.isFree ? paused : []
        self.model = model
        let whole =
            choice.supportsNgrams && choice.isFree
            ? policy.adding(ngramSettings: model.gainfulNgramSettings) : policy
        self.policy =
            paused.isEmpty
            ? whole
            : DepthPolicy(
                candidates: whole.candidates.filter { !paused.contains($0) },
                worstCaseFactor: whole.worstCaseFactor)
    }

    // MARK: Plans

    /// The plan of a lane at `setting`.
    ///
    /// - Parameter start: when planning began.
    package func plan(
        _ entries: [BacklogEntry], at setting: DraftSetting, state: LaneState,
        start: ContinuousClock.Instant, now: ContinuousClock.Instant = .now
    ) -> CurrentPlan {
        guard choice.isFree else {
            return plan(entries, only: setting, slots: state.slots, start: start, now: now)
        }
        let made = planner.plan(backlog: entries, running: state, model: model, policy: policy)
        // Off is a candidate even if no engine starts at it.
        if let wanted = made.setting, wanted != setting, paused.contains(wanted) {
            let own = entries.filter { entry in
                entry.override.map { DraftSetting(depth: $0) == setting } ?? true
            }
            return plan(own, only: setting, slots: state.slots, start: start, now: now)
        }
        let unproven = setting.isDrafting && !setting.usesNgrams ? unproven(entries) : [:]
        let looks =
            made.setting == setting
            ? firstLooks(entries, unproven: unproven, at: setting, slots: made.busySlots) : [:]
        return CurrentPlan(made, start: start, unproven: unproven, looks: looks, at: now)
    }

    /// Everything at the setting that the lane has.
    func plan(
        _ entries: [BacklogEntry], only setting: DraftSetting, slots: Int,
        start: ContinuousClock.Instant, now: ContinuousClock.Instant = .now
    ) -> CurrentPlan {
        CurrentPlan(only: setting, busySlots: slots, entries: entries, start: start, at: now) {
            policy.decision($0.traits, at: setting, model: model, busySlots: slots)
        }
    }

    /// The setting that suits what waits before the first lane; nil when nothing does.
    package func firstSetting(for entries: [BacklogEntry], switchCostSeconds: Double) -> DraftSetting? {
        guard !entries.isEmpty, choice.isFree else { return nil }
        let state = LaneState(
            setting: nil, switchCostSeconds: switchCostSeconds, slots: choice.slots,
            slotChoices: choice.slotChoices)
        return planner.plan(backlog: entries, running: state, model: model, policy: policy).setting
    }

    /// The decision of a prompt that a lane has taken.
    ///
    /// - Parameters:
    ///   - planned: how its group came to the lane.
    ///   - busySlots: slots that are likely to be busy while it runs.
    package func decision(
        _ traits: PromptTraits, override: Int? = nil, at setting: DraftSetting, planned: Decision?,
        busySlots: Int
    ) -> Decision {
        let own = policy.decide(traits, model: model, busySlots: busySlots, override: override)
        let usesOwn = own.setting == setting && planned?.source != .exploration
        return usesOwn ? own : (planned ?? own)
    }

    // MARK: What was not seen yet

    /// Groups of which nothing comparable was drafted for yet; an override leaves nothing to find out.
    private func unproven(_ entries: [BacklogEntry]) -> [String: PromptKind] {
        var seen: [PromptKind: Bool] = [:]
        var unproven: [String: PromptKind] = [:]
        for entry in entries where entry.override == nil {
            let kind = PromptKind(entry.traits)
            let isSeen =
                seen[kind]
                ?? (model.acceptanceEvidence(entry.traits) >= model.constants.choosing.evidenceOfAKind)
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
}
