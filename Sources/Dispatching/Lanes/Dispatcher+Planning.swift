import Speculation

extension Dispatcher {
    /// What a lane is to do now; nil when it no longer runs.
    func currentPlan(_ number: Int) async -> CurrentPlan? {
        guard let lane = lanes[number] else { return nil }
        if let plan = lane.plan, plan.isFresh(inFlight: lane.inFlight) { return plan }
        await refuseImpossible()
        let start = ContinuousClock.now
        let model = await store.model
        let setting = lane.engine.setting
        let (share, groups) = await share(of: number, model: model)
        let entries = withoutScouted(entries(of: groups, model: model))
        var plan: CurrentPlan
        if source.candidates.count == 1 {
            let busySlots = lane.slots
            plan = CurrentPlan(only: setting, busySlots: busySlots, entries: entries, start: start) { entry in
                policy.decision(entry.traits, at: setting, model: model, busySlots: busySlots)
            }
        } else {
            let elsewhere = lanes.filter { $0.key != number && $0.value.berth != lane.berth }
                .map(\.value.engine.setting)
            let state = LaneState(
                setting: setting, switchCostSeconds: berths[lane.berth].switchCostSeconds,
                slots: lane.engine.slots, slotChoices: source.slotChoices,
                inFlight: lane.inFlight,
                inFlightTokens: lane.prompts.tokensLeft(at: .now),
                runningSeconds: lane.startedAt.duration(to: .now).inSeconds,
                elsewhere: Set(elsewhere),
                resident: settingsWithoutStart(at: lane, for: entries, model: model),
                keepsEngine: source.residentLanes > 1 || lane.engine.requestDepth != nil)
            let made = planner.plan(
                backlog: entries, running: state, model: model, policy: policy(by: model),
                exploration: model.exploration)
            // Off is a candidate even if no engine starts at it.
            if let wanted = made.setting, wanted != setting, failedSettings.paused.contains(wanted) {
                let own = entries.filter { entry in
                    entry.override.map { DraftSetting(depth: $0) == setting } ?? true
                }
                let plan = CurrentPlan(
                    only: setting, busySlots: lane.engine.slots, entries: own, start: start
                ) { policy.decision($0.traits, at: setting, model: model, busySlots: lane.engine.slots) }
                lanes[number]?.plan = plan
                return plan
            }
            let unproven = setting.isDrafting && !setting.usesNgrams ? unproven(entries, model: model) : [:]
            let looks =
                made.setting == setting && !made.isMeasurement
                ? firstLooks(entries, unproven: unproven, at: setting, slots: made.busySlots, model: model)
                : [:]
            plan = CurrentPlan(made, start: start, unproven: unproven, looks: looks)
        }
        plan.helped = share.helped
        lanes[number]?.plan = plan
        return plan
    }

    /// What a lane is to choose from, of what waits.
    private func share(
        of number: Int, model: LearnedModel
    ) async -> (WorkSharing.Share, [QueueGroup]) {
        let groups = await waitingGroups()
        guard await work.isShared, let offer = offer(of: number, model: model) else {
            return (WorkSharing.Share(), groups)
        }
        let share = await work.share(
            ofLane: offerName(number), at: settings.engine.name, offering: offer,
            among: groups.map(\.shared))
        return (share, groups.filter { share.keys.contains($0.text) })
    }

    /// Tells the other engines of the pool what each lane offers: one whose slots are all busy plans nothing.
    func renewOffers() async {
        guard await work.isShared else { return }
        let model = await store.model
        for number in lanes.keys {
            await work.note(
                offer(of: number, model: model), ofLane: offerName(number), at: settings.engine.name)
        }
    }

    func withdrawOffer(of number: Int) async {
        await work.note(nil, ofLane: offerName(number), at: settings.engine.name)
    }

    private func offerName(_ number: Int) -> String { "\(socketPrefix)/\(number)" }

    /// What the other engines may reckon with; nil where the lane takes no prompts now.
    private func offer(of number: Int, model: LearnedModel) -> WorkSharing.Offer? {
        guard !isDraining, let lane = lanes[number], lane.isServing, lane.isolated == nil, !isPaused(number)
        else { return nil }
        let slots = lane.slots
        let isMeasured = model.observationCount > 0
        let chooses = source.candidates.count > 1
        let policy = policy(by: model)
        let setting = lane.engine.setting
        let paused = chooses ? failedSettings.paused : []
        // Where requests are limited, each keeps the whole engine for its part of the minute.
        let leastSeconds = (rate?.interval.inSeconds ?? 0) * Double(slots)
        let delay = (rate?.wait(at: .now).inSeconds ?? 0) * Double(slots)
        return WorkSharing.Offer(
            slots: slots, busySlotSeconds: lane.prompts.secondsLeft(at: .now) + delay
        ) { group in
            if let depth = group.depthOverride, paused.contains(DraftSetting(depth: depth)) {
                return .unavailable
            }
            guard isMeasured else { return .unmeasured }
            let prediction =
                chooses
                ? policy.expectation(
                    group.traits, model: model, busySlots: slots, override: group.depthOverride)
                : model.predict(group.traits, setting, busySlots: slots)
            let tokens = model.expectedTokens(group.traits, prior: group.expectedTokens)
            // The total includes the time to read the prompt.
            let seconds = tokens * Double(slots) / max(prediction.totalTokensPerSecond, 1e-9)
            return .seconds(max(seconds, leastSeconds))
        }
    }

    /// Settings to which a lane changes without a start: of engines that wait beside it, and those that its own one
    /// offers in the request.
    private func settingsWithoutStart(
        at lane: RunningLane, for entries: [BacklogEntry], model: LearnedModel
    ) -> Set<DraftSetting> {
        let waiting = berths[lane.berth].waitingSettings
        guard let offered = lane.engine.requestDepth else { return waiting }
        let wanted =
            policy(by: model).candidates + entries.compactMap(\.override).map { DraftSetting(depth: $0) }
        return waiting.union(wanted.filter(offered.offers))
    }

    /// The setting that suits what waits before the first lane; nil when nothing does.
    func settingForBacklog() async -> DraftSetting? {
        let model = await store.model
        let entries = entries(of: await waitingGroups(), model: model)
        guard !entries.isEmpty, source.candidates.count > 1 else { return nil }
        let state = LaneState(
            setting: nil, switchCostSeconds: berths[0].switchCostSeconds, slots: source.slots,
            slotChoices: source.slotChoices)
        return planner.plan(backlog: entries, running: state, model: model, policy: policy(by: model)).setting
    }

    /// The policy with what the model has measured a gain of, and without what cannot be had at present.
    func policy(by model: LearnedModel) -> DepthPolicy {
        withoutFailed(
            source.supportsNgrams && source.candidates.count > 1
                ? policy.adding(ngramSettings: model.gainfulNgramSettings) : policy)
    }

    /// Groups whose depth can be had here at present.
    private func waitingGroups() async -> [QueueGroup] {
        let paused = source.candidates.count > 1 ? failedSettings.paused : []
        return await queue.backlog().filter { group in
            guard let depth = group.judgement.depthOverride else { return true }
            return source.canRun(depth: depth) && !paused.contains(DraftSetting(depth: depth))
        }
    }

    private func entries(of groups: [QueueGroup], model: LearnedModel) -> [BacklogEntry] {
        let now = ContinuousClock.now
        return groups.map { group in
            BacklogEntry(
                key: group.key.text, traits: group.judgement.traits, prompts: group.waiting,
                expectedTokens: model.expectedTokens(
                    group.judgement.traits, prior: group.expectedTokensEach),
                oldestWaitSeconds: group.waitingSince.duration(to: now).inSeconds,
                override: group.judgement.depthOverride, priority: group.key.priority)
        }
    }

    /// What waits, without kinds whose scout is still out: what it brings back decides for them. All, where there is
    /// nothing else.
    private func withoutScouted(_ entries: [BacklogEntry]) -> [BacklogEntry] {
        let others = entries.filter { $0.override != nil || !scouts.isOut(PromptKind($0.traits)) }
        return others.isEmpty ? entries : others
    }

    /// Groups of which nothing comparable was drafted for yet; an override leaves nothing to find out.
    private func unproven(_ entries: [BacklogEntry], model: LearnedModel) -> [String: PromptKind] {
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
        _ entries: [BacklogEntry], unproven: [String: PromptKind], at setting: DraftSetting, slots: Int,
        model: LearnedModel
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

    /// Faded requests that prove a kind: one that was seen and mostly is of it.
    private static let evidenceOfAKind = 0.5
}
