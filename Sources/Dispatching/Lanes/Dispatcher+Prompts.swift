import Engine
import Foundation
import Intake
import Speculation
import Spool

/// The way of a prompt: a lane takes it when it has a slot for it, sends it, and deals with what came of it.
extension Dispatcher {
    /// Before a lane tries again to take what could not be had.
    private static let pauseAfterNothing: Duration = .milliseconds(250)

    /// Before a lane that has nothing to do looks again of itself, should nobody have told it.
    private static let longestPause: Duration = .seconds(120)

    /// What a lane's loop does next.
    private enum Step {
        case send(Assignment)
        /// Something was done; it looks again.
        case again
        /// Nothing can be done before something changes, or until then.
        case wait(until: ContinuousClock.Instant?)
    }

    /// The next prompt for a lane, once there is one and a slot for it; nil when the lane is to end.
    ///
    /// - Parameter change: told of the next lane's setting when this one retires.
    func next(in lane: Lane, change: @Sendable (DraftSetting) -> Void) async -> Assignment? {
        while !isDraining, !Task.isCancelled, lane.isServing {
            let seen = lane.changes
            switch await step(lane, change: change) {
            case .send(let assignment): return assignment
            case .again: continue
            case .wait(let deadline): await wait(for: lane, after: seen, until: deadline)
            }
        }
        return nil
    }

    private func step(_ lane: Lane, change: @Sendable (DraftSetting) -> Void) async -> Step {
        if lane.isFull { return .wait(until: nil) }
        switch lane.device.pause.gate {
        case .closed: break
        case .open: return .wait(until: lane.device.pause.end ?? .now + Self.pauseAfterNothing)
        case .trial:
            await greet(lane)
            return .again
        }
        let plan = await currentPlan(of: lane)
        let reconsidering = max(plan.expiry, .now + Self.pauseAfterNothing)
        guard let setting = plan.setting else {
            return .wait(until: plan.mayChange ? reconsidering : .now + Self.longestPause)
        }
        guard lane.isServing, !isDraining else { return .again }
        if setting != lane.engine.setting {
            lane.retire(for: plan)
            logger.info("Changing to \(setting.label): \(plan.reason)")
            change(setting)
            return .again
        }
        guard lane.inFlight < min(plan.busySlots, lane.slots) else { return .wait(until: reconsidering) }
        if let next = takeRate() { return .wait(until: next) }
        beginTaking(for: lane)
        guard let (prompt, firstLook) = await take(for: lane) else {
            endTaking(for: lane)
            return .wait(until: .now + Self.pauseAfterNothing)
        }
        guard await admit(prompt, to: lane) else {
            if let firstLook { firstLooks.comeBack(firstLook, isAnswered: false) }
            endTaking(for: lane)
            return .again
        }
        var assignment = await assignment(for: prompt, firstLook: firstLook, in: lane)
        assignment.changeBefore = lane.takeChangeBefore()
        return .send(assignment)
    }

    /// Waits for a change of a lane's affairs after it had `seen` of them.
    private func wait(
        for lane: Lane, after seen: Int, until deadline: ContinuousClock.Instant? = nil
    ) async {
        guard lane.changes == seen else { return }
        await lane.wait(until: deadline)
    }

    /// Takes a prompt of the lane's plan; nil if there is none. It may be the first of its kind, to see how it does.
    private func take(for lane: Lane) async -> (prompt: QueuedPrompt, firstLook: PromptKind?)? {
        guard let plan = lane.plan, !plan.open.isEmpty else { return nil }
        let order = lane.prefixOrder
        let (preferred, isFirst) = firstLooks.preferred(in: plan)
        if isFirst { firstLooks.beginPicking() }
        do {
            let preferredPrompt =
                preferred.isEmpty
                ? nil : try await queue.take(from: preferred, in: order, for: settings.engine.name)
            if isFirst { firstLooks.endPicking() }
            note(ledgerTrouble: nil)
            if let prompt = preferredPrompt {
                if isFirst { wakeOthers(than: lane) }
                let firstLook = isFirst ? plan.unproven[QueueGroup.Key(prompt).text] : nil
                if let firstLook { firstLooks.send(firstLook) }
                return (prompt, firstLook)
            }
            if !preferred.isEmpty, preferred != plan.open,
                let prompt = try await queue.take(from: plan.open, in: order, for: settings.engine.name)
            {
                return (prompt, nil)
            }
            if !preferred.isEmpty { lane.forgetPlan() }
        } catch {
            if isFirst { firstLooks.endPicking() }
            note(ledgerTrouble: error)
        }
        return nil
    }

    /// Other lanes may pick the first of a further kind.
    private func wakeOthers(than lane: Lane) {
        for other in lanes.values where other !== lane { other.wake() }
    }

    /// Lets a prompt through to the engine. One that may have ended an engine makes its last attempt alone, so that
    /// it takes no other prompt with it and is not blamed for another's doing. The ledger's number of attempts is that
    /// of those in which engine or daemon ended; attempts that failed otherwise are no reason to suspect a prompt.
    ///
    /// - Returns: False if it is not to be sent now; it is dealt with then.
    private func admit(_ prompt: QueuedPrompt, to lane: Lane) async -> Bool {
        let allowed = settings.dispatch.maximumAttempts
        if prompt.attempts >= max(2, allowed) {
            await settle(await runner.giveUp(prompt), of: prompt.key)
            return false
        }
        var isSent =
            lane.device.pause.gate == .closed && lane.fault == nil && !isDraining && !Task.isCancelled
        if isSent, prompt.attempts >= max(1, allowed - 1) {
            lane.isolate(prompt.key)
            while lane.inFlight > 1, lane.fault == nil, !isDraining, !Task.isCancelled {
                await wait(for: lane, after: lane.changes)
            }
            isSent =
                lane.fault == nil && lane.device.pause.gate == .closed && !isDraining && !Task.isCancelled
            if !isSent { lane.endIsolation(of: prompt.key) }
        }
        if !isSent { await putBack(prompt) }
        return isSent
    }

    private func assignment(
        for prompt: QueuedPrompt, firstLook: PromptKind?, in lane: Lane
    ) async -> Assignment {
        let judgement = PromptJudge.decode(prompt.traits)
        let faster = lane.plan?.helped[QueueGroup.Key(prompt).text]
        let planned = lane.decision(for: prompt)
        let busySlots = lane.inFlight
        let assumedTokens = Double(PromptJudge.assumedTokens(judgement.traits))
        if source.candidates.count == 1, let planned {
            return Assignment(
                prompt: prompt, judgement: judgement, decision: planned, busySlots: busySlots,
                expectedTokens: assumedTokens, firstLook: firstLook, faster: faster)
        }
        let planning = planning(by: await store.model)
        let expectedTokens = planning.model.expectedTokens(judgement.traits, prior: assumedTokens)
        let decision = planning.decision(
            for: judgement, in: lane, planned: planned, expectedTokens: expectedTokens,
            waiting: await queue.waiting)
        return Assignment(
            prompt: prompt, judgement: judgement, decision: decision, busySlots: busySlots,
            expectedTokens: expectedTokens, firstLook: firstLook, faster: faster)
    }

    /// Runs a prompt to its end and deals with what came of it.
    func run(_ assignment: Assignment, in number: Int, on engine: LaneEngine) async {
        guard let lane = lanes[number] else {
            await putBack(assignment.prompt)
            return noteEndOfOne()
        }
        let key = assignment.prompt.key
        let slot = lane.begin(assignment)
        let sentAt = ContinuousClock.now
        let result = await runner.run(assignment, on: engine, slot: slot)
        lane.end(key, slot: slot)
        noteEndOfOne()
        if let firstLook = assignment.firstLook {
            var isAnswered = false
            if case .answered = result { isAnswered = true }
            firstLooks.comeBack(firstLook, isAnswered: isAnswered)
            for device in devices { device.forgetNextPlan() }
            forgetPlans()
        }
        if !result.isRecorded { lane.giveBackChange(assignment.changeBefore) }
        switch result {
        case .answered(let tokens, let read, let milliseconds):
            lane.device.pause.noteAnswer(to: key, sentAt: sentAt)
            lane.noteAnswer(tokens: tokens)
            noteAnswer(tokens: tokens, milliseconds: milliseconds)
            await store.countGenerated(assignment.judgement.traits, tokens: tokens, read: read)
        case .failed, .retry:
            await settle(result, of: key)
        case .faulted(let prompt, let error, let attempt):
            await judge(prompt, after: error, attempt: attempt, in: lane, sentAt: sentAt)
        case .refusedForNow(let prompt, let error, let attempt):
            await yield(to: lane, refusing: prompt, with: error, attempt: attempt, sentAt: sentAt)
        case .interrupted(let prompt, let error, let attempt):
            lane.device.noteInterrupted(InterruptedPrompt(prompt, attempt, in: number, after: error))
            if error.isLossOfEngine { lane.fail(error) }
        }
        wakeLanes(on: lane.device)
    }
}
