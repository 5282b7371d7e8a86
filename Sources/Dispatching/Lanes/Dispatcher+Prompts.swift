import Engine
import Foundation
import Speculation
import Spool

extension Dispatcher {
    /// The next prompt for a lane; nil when the lane is to end.
    ///
    /// - Parameter change: told of the next lane's setting when this one retires.
    func next(in number: Int, change: @Sendable (DraftSetting) -> Void) async -> Assignment? {
        while !isDraining, !Task.isCancelled, let before = lanes[number], before.isServing {
            guard before.isolated == nil, await maySend(to: number) else {
                await waitForChange()
                continue
            }
            guard let plan = await currentPlan(number), let setting = plan.setting else {
                await waitForChange()
                continue
            }
            guard let lane = lanes[number], lane.isServing else { return nil }
            if setting != lane.engine.setting {
                retire(number, for: setting, plan: plan)
                change(setting)
                return nil
            }
            guard lane.inFlight < min(plan.busySlots, lane.slots), rate?.take(at: .now) != false else {
                await waitForChange()
                continue
            }
            guard let (prompt, scout) = await take(for: number) else {
                rate?.giveBack()
                await waitForChange()
                continue
            }
            if await admit(prompt, to: number) {
                var assignment = await assignment(for: prompt, scout: scout, number: number, lane: lane)
                assignment.changeBefore = lanes[number]?.changeBefore ?? .zero
                lanes[number]?.changeBefore = .zero
                return assignment
            }
            if let scout { scouts.comeBack(scout) }
            rate?.giveBack()
            lanes[number]?.inFlight -= 1
            counts.running -= 1
        }
        return nil
    }

    /// Lets a prompt through to the engine. One that may have ended an engine makes its last attempt alone, so that
    /// it takes no other prompt with it and is not blamed for another's doing. The ledger's number of attempts is that
    /// of those in which engine or daemon ended; attempts that failed otherwise are no reason to suspect a prompt.
    ///
    /// - Returns: False if it is not to be sent now; it is dealt with then.
    private func admit(_ prompt: QueuedPrompt, to number: Int) async -> Bool {
        let allowed = settings.dispatch.maximumAttempts
        if prompt.attempts >= max(2, allowed) {
            await settle(await runner.giveUp(prompt), of: prompt.key)
            return false
        }
        guard lanes[number]?.isolated == nil, !isPaused(number) else {
            await queue.putBack(prompt)
            return false
        }
        guard prompt.attempts >= max(1, allowed - 1) else { return true }
        lanes[number]?.isolated = prompt.key
        while let lane = lanes[number], lane.inFlight > 1, lane.fault == nil, !isDraining, !Task.isCancelled {
            await waitForChange()
        }
        if lanes[number]?.fault == nil, !isPaused(number), !isDraining, !Task.isCancelled {
            return true
        }
        lanes[number]?.isolated = nil
        await queue.putBack(prompt)
        return false
    }

    private func retire(_ number: Int, for setting: DraftSetting, plan: CurrentPlan) {
        guard let berth = lanes[number]?.berth else { return }
        lanes[number]?.isRetired = true
        berths[berth].nextPlan = plan
        logger.info("Changing to \(setting.label): \(plan.reason)")
        wakeAll()
    }

    /// Takes a prompt of the lane's plan and counts it as in flight; nil if there is none.
    private func take(for number: Int) async -> (prompt: QueuedPrompt, scout: PromptKind?)? {
        guard let plan = lanes[number]?.plan, !plan.open.isEmpty else { return nil }
        lanes[number]?.inFlight += 1
        counts.running += 1
        let order = lanes[number]?.prefixOrder ?? PrefixOrder()
        let (preferred, isScout) = scouts.preferred(in: plan)
        if isScout { scouts.isPicking = true }
        do {
            let preferredPrompt = preferred.isEmpty ? nil : try await queue.take(from: preferred, in: order)
            if isScout { endPicking() }
            ledgerTrouble = nil
            if let prompt = preferredPrompt {
                let scout = isScout ? plan.unproven[QueueGroup.Key(prompt).text] : nil
                if let scout { scouts.send(scout) }
                return (prompt, scout)
            }
            if !preferred.isEmpty, preferred != plan.open,
                let prompt = try await queue.take(from: plan.open, in: order)
            {
                return (prompt, nil)
            }
            if !preferred.isEmpty { lanes[number]?.plan = nil }
        } catch {
            if isScout { endPicking() }
            ledgerTrouble = "\(error)"
        }
        lanes[number]?.inFlight -= 1
        counts.running -= 1
        return nil
    }

    private func endPicking() {
        scouts.isPicking = false
        wakeAll()
    }

    private func assignment(
        for prompt: QueuedPrompt, scout: PromptKind?, number: Int, lane: RunningLane
    ) async -> Assignment {
        let judgement = PromptJudge.decode(prompt.traits)
        let planned = lanes[number]?.plan?.take(QueueGroup.Key(prompt).text)
        let busySlots = lanes[number]?.inFlight ?? 1
        let planSlots = lanes[number]?.plan?.busySlots ?? lane.engine.slots
        let assumedTokens = Double(PromptJudge.assumedTokens(judgement.traits))
        let faster = lanes[number]?.plan?.helped[QueueGroup.Key(prompt).text]
        if source.candidates.count == 1, let planned {
            return Assignment(
                prompt: prompt, judgement: judgement, decision: planned, busySlots: busySlots,
                expectedTokens: assumedTokens, scout: scout, faster: faster)
        }
        let model = await store.model
        let expectedTokens = model.expectedTokens(judgement.traits, prior: assumedTokens)
        let waiting = await queue.waiting
        let own = policy(by: model).decide(
            judgement.traits, model: model,
            busySlots: lanes[number]?.prompts.expectedBusySlots(
                tokens: expectedTokens, inFlight: busySlots, waiting: waiting, atMost: planSlots, now: .now)
                ?? 1,
            override: judgement.depthOverride)
        let usesOwn = own.setting == lane.engine.setting && planned?.source != .exploration
        let decision = usesOwn ? own : (planned ?? own)
        return Assignment(
            prompt: prompt, judgement: judgement, decision: decision, busySlots: busySlots,
            expectedTokens: expectedTokens, scout: scout, faster: faster)
    }

    /// Runs a prompt to its end and deals with what came of it.
    func run(_ assignment: Assignment, in number: Int, on engine: LaneEngine) async {
        lanes[number]?.prompts[assignment.prompt.key] = RunningPrompt(
            expectedTokens: assignment.expectedTokens, tokensPerSecond: assignment.decision.tokensPerSecond)
        let slot =
            engine.takesSlotNumbers
            ? lanes[number]?.slotNumbers.take(
                for: assignment.judgement.prefix, of: lanes[number]?.busySlots ?? 0) : nil
        let sentAt = ContinuousClock.now
        let result = await runner.run(assignment, on: engine, slot: slot)
        if let slot { lanes[number]?.slotNumbers.giveBack(slot) }
        counts.running -= 1
        lanes[number]?.inFlight -= 1
        lanes[number]?.prompts[assignment.prompt.key] = nil
        lanes[number]?.plan?.hasResult = true
        if lanes[number]?.isolated == assignment.prompt.key { lanes[number]?.isolated = nil }
        if let scout = assignment.scout {
            scouts.comeBack(scout)
            forgetPlans()
            for berth in berths.indices { berths[berth].nextPlan = nil }
        }
        switch result {
        case .answered(let tokens, let read, let milliseconds):
            counts.answered += 1
            if let berth = lanes[number]?.berth, let others = lanes[number]?.inFlight {
                pauses[berth]?.breaker.noteAnswer(to: assignment.prompt.key, sentAt: sentAt)
                lanes[number]?.concurrency?.noteAnswer(tokens: tokens, inFlight: others + 1, at: .now)
            }
            counts.noteGeneration(tokens: tokens, milliseconds: milliseconds)
            await store.countGenerated(
                assignment.judgement.traits, tokens: tokens, read: read,
                explored: assignment.decision.source == .exploration)
        case .failed, .retry:
            await settle(result, of: assignment.prompt.key)
        case .faulted(let prompt, let error, let attempt):
            await judge(prompt, after: error, attempt: attempt, number: number, sentAt: sentAt)
        case .refusedForNow(let prompt, let error, let asked):
            await yield(to: number, refusing: prompt, with: error, asked: asked, sentAt: sentAt)
        case .interrupted(let prompt, let error, let attempt):
            interrupted.append((lanes[number]?.berth ?? 0, prompt, attempt))
            if error.isLossOfEngine { lanes[number]?.fault = error }
        }
        wakeAll()
    }

    /// Counts a prompt that failed, and puts one that did not back for its next try.
    func settle(_ result: RunResult, of key: PromptKey) async {
        switch result {
        case .failed:
            for berth in pauses.keys { pauses[berth]?.breaker.forget(key) }
            counts.failed += 1
        case .retry(let prompt, let pause): await queue.putBack(prompt, notBefore: .now + pause)
        case .answered, .faulted, .refusedForNow, .interrupted: break
        }
    }

    /// Prompts whose engine went away under them: their tasks were cancelled, so they are dealt with here.
    func requeueInterrupted(at berth: Int, after error: EngineError) async {
        let prompts = interrupted.filter { $0.berth == berth }
        interrupted.removeAll { $0.berth == berth }
        let atEngine = prompts.count { $0.attempt != nil }
        for (_, prompt, attempt) in prompts {
            guard attempt != nil else {
                await queue.putBack(prompt)
                continue
            }
            await settle(
                await runner.giveBack(prompt, after: error, attempt: attempt, wasAlone: atEngine == 1),
                of: prompt.key)
        }
    }

    func putBackUncounted(_ prompt: QueuedPrompt, notBefore: ContinuousClock.Instant? = nil) async {
        await runner.uncount(prompt)
        var prompt = prompt
        prompt.attempts = max(0, prompt.attempts - 1)
        await queue.putBack(prompt, notBefore: notBefore)
    }

    /// Fails prompts that demand a depth this engine cannot run: an override is obeyed exactly or not at all.
    func refuseImpossible() async {
        let backlog = await queue.backlog()
        if backlog.isEmpty { ledgerTrouble = nil }
        let demanding = backlog.filter { $0.judgement.depthOverride != nil }
        guard !demanding.isEmpty else { return }
        let impossible = Set(await work.impossible(demanding.map(\.shared)).map(\.key))
        guard !impossible.isEmpty else { return }
        do {
            while let prompt = try await queue.take(from: impossible) {
                let depth = PromptJudge.decode(prompt.traits).depthOverride ?? 0
                await settle(
                    await runner.refuse(prompt, depth: depth, available: await work.depths), of: prompt.key)
            }
            ledgerTrouble = nil
        } catch {
            ledgerTrouble = "\(error)"
        }
    }
}
