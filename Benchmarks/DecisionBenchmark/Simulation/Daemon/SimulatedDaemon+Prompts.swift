import Dispatching
import EngineSimulation
import Intake
import Speculation

/// A lane takes prompts, as `Dispatcher+Prompts` has it.
extension SimulatedDaemon {
    private enum Step {
        case again
        /// Nothing can be done before an answer comes, or until then, in seconds.
        case wait(until: Double?)
    }

    /// Takes what there is to take.
    ///
    /// - Returns: When to look again, should no answer come before.
    mutating func takePrompts() -> Double? {
        while leaving == nil {
            if case .wait(let deadline) = step() { return deadline }
        }
        return nil
    }

    private mutating func step() -> Step {
        guard lane.inFlight < site.slots, queue.waiting > 0 else { return .wait(until: nil) }
        let plan = currentPlan()
        let reconsidering = max(seconds(at: plan.expiry), now + Self.pauseAfterNothing)
        guard let setting = plan.setting else { return .wait(until: reconsidering) }
        guard setting == lane.setting else {
            leaving = setting
            nextPlan = plan
            return .again
        }
        guard lane.inFlight < min(plan.busySlots, site.slots) else {
            return .wait(until: now + Self.pauseWhileBusy)
        }
        return send() ? .again : .wait(until: now + Self.pauseAfterNothing)
    }

    /// What the lane is to do now.
    private mutating func currentPlan() -> CurrentPlan {
        if let plan = lane.plan, plan.isFresh(at: instant) { return plan }
        let entries = looks.without(queue.entries(model: model, waitSeconds: now))
        let state = LaneState(
            setting: lane.setting, switchCostSeconds: changeCost.seconds, slots: site.slots,
            slotChoices: choice.slotChoices, inFlight: lane.inFlight,
            inFlightTokens: lane.prompts.tokensLeft(at: instant), runningSeconds: now - lane.startedAt,
            resident: site.choosesDepth ? Set(policy.candidates) : Set(waitingEngines.map(\.setting)))
        let plan = planning.plan(entries, at: lane.setting, state: state, start: instant, now: instant)
        lane.plan = plan
        return plan
    }

    /// Sends a prompt of the lane's plan; false if there is none.
    private mutating func send() -> Bool {
        guard let plan = lane.plan, !plan.open.isEmpty else { return false }
        let (preferred, isFirst) = looks.preferred(in: plan)
        guard !preferred.isEmpty else { return false }
        if let (place, key) = queue.take(from: preferred) {
            let firstLook = isFirst ? plan.unproven[key] : nil
            if let firstLook { looks.send(firstLook) }
            send(place, of: key, firstLook: firstLook)
            return true
        }
        if preferred != plan.open, let (place, key) = queue.take(from: plan.open) {
            send(place, of: key, firstLook: nil)
            return true
        }
        lane.plan = nil
        return false
    }

    private mutating func send(_ place: Int, of key: String, firstLook: PromptKind?) {
        let prompt = batch.prompts[place]
        let traits = prompt.judgement.traits
        let planned = lane.plan?.take(key)
        let inFlight = lane.inFlight + 1
        let tokens = model.expectedTokens(traits, prior: Double(PromptJudge.assumedTokens(traits)))
        let decision = planning.decision(
            traits, at: lane.setting, planned: planned,
            busySlots: lane.prompts.expectedBusySlots(
                tokens: tokens, inFlight: inFlight, waiting: queue.waiting,
                atMost: lane.plan?.busySlots ?? site.slots, now: instant))
        lane.prompts[prompt.key] = PromptInFlight(
            startedAt: instant, expectedTokens: tokens, tokensPerSecond: decision.tokensPerSecond)
        lane.sent[place] = SentPrompt(
            at: now, number: lane.up.timeline.begin(promptBytes: prompt.promptBytes, at: instant),
            decision: decision, firstLook: firstLook)
        lane.up.submit(prompt.task(place, at: lane.setting), at: now)
    }
}
