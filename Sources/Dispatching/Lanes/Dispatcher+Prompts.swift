import Engine
import Foundation
import Speculation
import Spool

extension Dispatcher {
    /// The next prompt for a lane; nil when the lane is to end.
    ///
    /// - Parameter change: told of the next lane's setting when this one retires.
    func next(in number: Int, change: @Sendable (DraftSetting) -> Void) async -> Assignment? {
        while !isDraining, !Task.isCancelled, lanes[number]?.isRetired == false {
            guard let plan = await currentPlan(number), let setting = plan.setting else {
                await waitForChange()
                continue
            }
            guard let lane = lanes[number], !lane.isRetired else { return nil }
            if setting != lane.engine.setting {
                retire(number, for: setting, reason: plan.reason)
                change(setting)
                return nil
            }
            guard lane.inFlight < plan.busySlots, let prompt = await take(for: number) else {
                await waitForChange()
                continue
            }
            return await assignment(for: prompt, number: number, lane: lane)
        }
        return nil
    }

    private func retire(_ number: Int, for setting: DraftSetting, reason: String) {
        lanes[number]?.isRetired = true
        logger.info("Changing to \(setting.label): \(reason)")
        wakeAll()
    }

    /// Takes a prompt of the lane's plan and counts it as in flight; nil if there is none.
    private func take(for number: Int) async -> QueuedPrompt? {
        guard let plan = lanes[number]?.plan, !plan.open.isEmpty else { return nil }
        lanes[number]?.inFlight += 1
        counts.running += 1
        do {
            let preferred = scouts.preferred(in: plan)
            if let prompt = try await queue.take(from: preferred) { return prompt }
            if preferred != plan.open, let prompt = try await queue.take(from: plan.open) { return prompt }
            lanes[number]?.plan = nil
        } catch {
            trouble = "\(error)"
        }
        lanes[number]?.inFlight -= 1
        counts.running -= 1
        return nil
    }

    private func assignment(
        for prompt: QueuedPrompt, number: Int, lane: RunningLane
    ) async -> Assignment {
        let judgement = PromptJudge.decode(prompt.traits)
        let key = QueueGroup.Key(
            batch: prompt.key.batch, group: prompt.group, priority: prompt.priority
        ).text
        let scout = lanes[number]?.plan?.unproven[key]
        let planned = lanes[number]?.plan?.take(key)
        if let scout { scouts.send(scout) }
        let busySlots = lanes[number]?.inFlight ?? 1
        let planSlots = lanes[number]?.plan?.busySlots ?? lane.engine.slots
        if source.candidates.count == 1, let planned {
            return Assignment(
                prompt: prompt, judgement: judgement, decision: planned, busySlots: busySlots, scout: scout)
        }
        let model = await store.model
        let own = policy.decide(
            judgement.traits, model: model, busySlots: min(planSlots, busySlots + (await queue.waiting)),
            override: judgement.depthOverride)
        let usesOwn = own.setting == lane.engine.setting && planned?.source != .exploration
        return Assignment(
            prompt: prompt, judgement: judgement, decision: usesOwn ? own : (planned ?? own),
            busySlots: busySlots, scout: scout)
    }

    /// Runs a prompt to its end and deals with what came of it.
    func run(_ assignment: Assignment, in number: Int, on engine: LaneEngine) async {
        let result = await runner.run(assignment, on: engine) { await self.inFlight(number) }
        counts.running -= 1
        lanes[number]?.inFlight -= 1
        if let scout = assignment.scout {
            scouts.comeBack(scout)
            forgetPlans()
        }
        switch result {
        case .answered(let tokens, let milliseconds):
            counts.answered += 1
            counts.noteGeneration(tokens: tokens, milliseconds: milliseconds)
            budget.record(tokens: tokens, explored: assignment.decision.source == .exploration)
        case .failed:
            counts.failed += 1
        case .retry(let prompt, let pause):
            await queue.putBack(prompt, notBefore: .now + pause)
        case .interrupted(let prompt, let error, let attempt):
            interrupted.append((prompt, error, attempt))
        }
        wakeAll()
    }

    private func inFlight(_ number: Int) -> Int { lanes[number]?.inFlight ?? 0 }

    /// Prompts whose engine went away under them: their tasks were cancelled, so they are dealt with here.
    func requeueInterrupted() async {
        let prompts = interrupted
        interrupted = []
        for (prompt, error, attempt) in prompts {
            switch await runner.giveBack(prompt, after: error, attempt: attempt) {
            case .retry(let prompt, let pause): await queue.putBack(prompt, notBefore: .now + pause)
            case .failed: counts.failed += 1
            case .answered, .interrupted: break
            }
        }
    }

    /// Fails prompts that demand a depth this engine cannot run: an override is obeyed exactly or not at all.
    func refuseImpossible() async {
        let impossible = await queue.backlog().filter { group in
            group.judgement.depthOverride.map { !source.canRun(depth: $0) } ?? false
        }
        guard !impossible.isEmpty else { return }
        while let prompt = try? await queue.take(from: Set(impossible.map(\.key.text))) {
            let depth = PromptJudge.decode(prompt.traits).depthOverride ?? 0
            await runner.refuse(prompt, depth: depth, available: source.candidates.map(\.depth))
            counts.failed += 1
        }
    }
}
