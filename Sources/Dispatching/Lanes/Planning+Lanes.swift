import Engine
import Intake
import Speculation

/// Plans of lanes as they are, for what the queue has.
extension Planning {
    // MARK: What waits

    /// Groups whose depth can be had of `source` at present.
    func available(_ groups: [QueueGroup], of source: any EngineSource) -> [QueueGroup] {
        groups.filter { group in
            guard let depth = group.judgement.depthOverride else { return true }
            return source.canRun(depth: depth) && !paused.contains(DraftSetting(depth: depth))
        }
    }

    func entries(of groups: [QueueGroup]) -> [BacklogEntry] {
        let now = ContinuousClock.now
        return groups.map { $0.entry(model: model, now: now) }
    }

    // MARK: Plans

    /// The plan of a lane.
    ///
    /// - Parameters:
    ///   - elsewhere: settings of lanes on other devices.
    ///   - start: when planning began.
    func plan(
        for lane: Lane, entries: [BacklogEntry], elsewhere: Set<DraftSetting>, start: ContinuousClock.Instant
    ) -> CurrentPlan {
        let setting = lane.engine.setting
        guard choice.isFree else { return plan(entries, only: setting, slots: lane.slots, start: start) }
        let state = lane.state(
            slotChoices: choice.slotChoices, elsewhere: elsewhere,
            withoutStart: settingsWithoutStart(of: lane, for: entries))
        return plan(entries, at: setting, state: state, start: start)
    }

    /// Settings to which a lane changes without a start: of engines that wait beside it, and those that its own one
    /// offers in the request.
    private func settingsWithoutStart(of lane: Lane, for entries: [BacklogEntry]) -> Set<DraftSetting> {
        let waiting = lane.device.engines.waitingSettings
        guard let offered = lane.engine.requestDepth else { return waiting }
        let wanted = policy.candidates + entries.compactMap(\.override).map { DraftSetting(depth: $0) }
        return waiting.union(wanted.filter(offered.offers))
    }

    /// What waits, as it is expected to be served if a lane has all of it and is left alone with it.
    ///
    /// - Parameters:
    ///   - beside: settings of its engine's lanes, to which a change costs no start.
    ///   - source: where its engine is from.
    ///   - leastSecondsEach: the least time between two prompts.
    func forecast(
        for lane: Lane, entries: [BacklogEntry], beside: Set<DraftSetting>, of source: any EngineSource,
        leastSecondsEach: Double
    ) -> WorkForecast {
        var entries = entries
        var state = lane.state(
            slotChoices: source.findsConcurrency ? [lane.slots] : choice.slotChoices, elsewhere: [],
            withoutStart: settingsWithoutStart(of: lane, for: entries).union(beside))
        if !choice.isFree {
            state.switchCostSeconds = LaneState.impossibleSwitchCostSeconds
            for index in entries.indices { entries[index].override = nil }
        }
        return planner.forecast(
            backlog: entries, running: state, model: model, policy: policy,
            leastSecondsEach: leastSecondsEach)
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
        let leastSeconds = interval / .seconds(1) * Double(slots)
        let (policy, model, paused, hasChoice) = (policy, model, paused, choice.isFree)
        return WorkSharing.Offer(
            slots: slots, busySlotSeconds: lane.busySlotSeconds + delay / .seconds(1) * Double(slots)
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
        decision(
            judgement.traits, override: judgement.depthOverride, at: lane.engine.setting, planned: planned,
            busySlots: lane.expectedBusySlots(tokens: expectedTokens, waiting: waiting))
    }
}
