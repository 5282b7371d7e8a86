import Intake
import Speculation

/// Plans: what each lane is to do, of what waits and what the other engines of the pool leave to it.
extension Dispatcher {
    /// Between two tellings of what lanes offer.
    private static let offerInterval: Duration = .milliseconds(500)

    func planning(by model: LearnedModel) -> Planning {
        Planning(
            choice: source.choice, planner: planner, policy: policy, paused: failedSettings.paused,
            model: model)
    }

    /// What a lane is to do now.
    func currentPlan(of lane: Lane) async -> CurrentPlan {
        if let plan = lane.plan, plan.isFresh() { return plan }
        let seen = lane.changes
        await refuseImpossible()
        let start = ContinuousClock.now
        let planning = planning(by: await store.model)
        let backlog = await queue.backlog()
        let groups = planning.available(backlog, of: source)
        let share = await share(of: lane, among: groups, by: planning)
        let entries = firstLooks.without(
            planning.entries(
                of: share.map { share in groups.filter { share.keys.contains($0.text) } } ?? groups))
        let elsewhere = lanes.values.filter { $0.device !== lane.device }.map(\.engine.setting)
        let plan = planning.plan(
            for: lane, entries: entries, elsewhere: Set(elsewhere), start: start
        ).with(helped: share?.helped ?? [:], mayChange: !backlog.isEmpty)
        // What came meanwhile may not be in it: a plan to do nothing would hide that.
        if !plan.open.isEmpty || lane.changes == seen { lane.follow(plan) }
        return plan
    }

    /// The setting that suits what waits before the first lane; nil when nothing does.
    func settingForBacklog() async -> DraftSetting? {
        let planning = planning(by: await store.model)
        let entries = planning.entries(of: planning.available(await queue.backlog(), of: source))
        return planning.firstSetting(for: entries, switchCostSeconds: devices[0].switchCostSeconds)
    }

    /// Plans are made anew when next asked for.
    func forgetPlans() {
        for lane in lanes.values {
            lane.forgetPlan()
            lane.wake()
        }
    }

    /// Fails prompts that demand a depth this engine cannot run: an override is obeyed exactly or not at all.
    private func refuseImpossible() async {
        let backlog = await queue.backlog()
        if backlog.isEmpty { note(ledgerTrouble: nil) }
        let demanding = backlog.filter { $0.judgement.depthOverride != nil }
        guard !demanding.isEmpty else { return }
        let impossible = Set(await work.impossible(demanding.map(\.shared)).map(\.key))
        guard !impossible.isEmpty else { return }
        do {
            while !isDraining, !Task.isCancelled,
                let prompt = try await queue.take(from: impossible, for: settings.engine.name)
            {
                let depth = PromptJudge.decode(prompt.traits).depthOverride ?? 0
                await settle(
                    await runner.refuse(prompt, depth: depth, available: await work.depths), of: prompt.key)
            }
            note(ledgerTrouble: nil)
        } catch {
            note(ledgerTrouble: error)
        }
    }

    // MARK: The pool

    /// What a lane is to choose from, of what waits; nil: all of it.
    private func share(
        of lane: Lane, among groups: [QueueGroup], by planning: Planning
    ) async -> WorkSharing.Share? {
        guard await work.isShared else { return nil }
        // It was paused while this was planned.
        guard let offer = offer(of: lane, by: planning) else { return WorkSharing.Share() }
        return await work.share(
            ofLane: offerName(lane), at: settings.engine.name, offering: offer, among: groups.map(\.shared))
    }

    /// Tells the other engines of the pool what each lane offers: one whose slots are all busy plans nothing.
    func renewOffers() async {
        while !Task.isCancelled {
            if await work.isShared {
                let planning = planning(by: await store.model)
                for lane in lanes.values where lanes[lane.number] === lane {
                    await work.note(
                        offer(of: lane, by: planning), ofLane: offerName(lane), at: settings.engine.name)
                }
            }
            try? await Task.sleep(for: Self.offerInterval)
        }
    }

    /// A lane takes nothing any more.
    func withdrawOffer(of lane: Lane) async {
        await work.note(nil, ofLane: offerName(lane), at: settings.engine.name)
    }

    private func offerName(_ lane: Lane) -> String { "\(socketPrefix)/\(lane.number)" }

    /// What the other engines may reckon with; nil where the lane takes no prompts now.
    private func offer(of lane: Lane, by planning: Planning) -> WorkSharing.Offer? {
        guard !isDraining, lane.isServing, lane.isolated == nil, lane.device.pause.gate == .closed else {
            return nil
        }
        return planning.offer(
            of: lane, delay: rate?.wait(at: .now) ?? .zero, interval: rate?.interval ?? .zero)
    }
}
