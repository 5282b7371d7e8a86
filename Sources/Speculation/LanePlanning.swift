/// The work of one ``LanePlanner/plan(backlog:running:model:policy:exploration:)``.
struct LanePlanning {
    private let backlog: [BacklogEntry]
    private let running: LaneState
    private let model: LearnedModel
    private let policy: DepthPolicy
    private let exploration: ExplorationBudget?
    private let maximumLaneWaitSeconds: Double

    private let settings: [DraftSetting]
    private let busySlots: Int
    private let classes: [BacklogClass]
    private let switchSeconds: Double
    private let runningIndex: Int?

    init(
        backlog: [BacklogEntry], running: LaneState, model: LearnedModel, policy: DepthPolicy,
        exploration: ExplorationBudget?, maximumLaneWaitSeconds: Double
    ) {
        self.backlog = backlog
        self.running = running
        self.model = model
        self.policy = policy
        self.exploration = exploration
        self.maximumLaneWaitSeconds = maximumLaneWaitSeconds
        let asked = Set(backlog.compactMap(\.override)).map { DraftSetting(depth: $0) }
        let current = running.setting.map { [$0] } ?? []
        let settings = Array(Set(policy.candidates + asked + current)).sorted()
        let waiting = backlog.reduce(0) { $0 + max(0, $1.prompts) }
        busySlots = max(1, min(running.slots, waiting))
        classes = BacklogClass.classes(
            of: backlog, settings: settings, candidates: policy.candidates, busySlots: busySlots, model: model
        )
        self.settings = settings
        runningIndex = running.setting.flatMap { settings.firstIndex(of: $0) }
        switchSeconds = Self.switchSeconds(running, classes: classes, busySlots: busySlots, waiting: waiting)
    }

    /// What a lane change costs: the measured restart, and slots that idle while the last prompts end.
    private static func switchSeconds(
        _ running: LaneState, classes: [BacklogClass], busySlots: Int, waiting: Int
    ) -> Double {
        let restart = max(0, running.switchCostSeconds)
        guard busySlots > 1, waiting > 0 else { return restart }
        let slots = Double(busySlots)
        let serving = classes.reduce(0) { $0 + $1.seconds[$1.best] }
        let promptSeconds = serving * slots / Double(waiting)
        return restart + promptSeconds * (1 - 1 / slots) / 2
    }

    func plan() -> LanePlan {
        guard !classes.isEmpty else {
            return LanePlan(
                setting: nil, switches: false, assignments: [], expectedSeconds: 0, reason: "nothing waits")
        }
        let selection = LaneSelection(
            classes: classes, settingCount: settings.count, running: runningIndex,
            switchSeconds: switchSeconds)
        if let measurement = measurement(selection) { return plan(measuring: measurement, selection) }
        let (chosen, why) = next(selection)
        let served = classes.filter { selection.server(of: $0) == chosen }
        let assignments = served.flatMap { urgencies(of: $0, at: chosen) }
        return LanePlan(
            setting: settings[chosen], switches: chosen != runningIndex,
            assignments: assignments.sorted(by: Self.isMoreUrgent).map(\.assignment),
            expectedSeconds: selection.seconds,
            reason: reason(chosen, why: why, served: served, selection))
    }

    // MARK: Which lane is next

    private func next(_ selection: LaneSelection) -> (Int, String) {
        var lanes: [Int: (wait: Double, priority: Int)] = [:]
        for group in classes {
            let lane = selection.server(of: group)
            let known = lanes[lane] ?? (0, .min)
            lanes[lane] = (max(known.wait, group.oldestWaitSeconds), max(known.priority, group.priority))
        }
        let ordered = lanes.sorted { left, right in
            if left.value.priority != right.value.priority {
                return left.value.priority > right.value.priority
            }
            if left.value.wait != right.value.wait { return left.value.wait > right.value.wait }
            return left.key < right.key
        }
        guard let first = ordered.first else { return (0, "") }
        guard let runningIndex, let current = lanes[runningIndex], lanes.count > 1 else {
            return (first.key, "")
        }
        if first.value.priority > current.priority {
            return (first.key, ", for prompts of priority \(first.value.priority)")
        }
        let leastRun = max(
            LanePlanner.leastRunInSwitches * switchSeconds,
            maximumLaneWaitSeconds / Double(lanes.count - 1))
        let starving = lanes.filter { $0.key != runningIndex && $0.value.wait > maximumLaneWaitSeconds }
        if running.runningSeconds >= leastRun,
            let longest = starving.max(by: { ($0.value.wait, -$0.key) < ($1.value.wait, -$1.key) })
        {
            return (
                longest.key,
                ", for prompts that waited \(Figures.text(longest.value.wait)) s, "
                    + "longer than the allowed \(Figures.text(maximumLaneWaitSeconds)) s"
            )
        }
        return (runningIndex, "")
    }

    // MARK: Measuring

    /// The measurement that pays best, if one pays and the budget allows it.
    private func measurement(_ selection: LaneSelection) -> LaneMeasurement? {
        guard let exploration else { return nil }
        let allowance = exploration.allowance(share: policy.explorationShare)
        let waitingTokens = classes.reduce(0) { $0 + $1.tokens }
        let horizon = 1 + min(1, exploration.totalTokens / max(waitingTokens, 1))
        var found: LaneMeasurement?
        for (index, setting) in settings.enumerated()
        where policy.candidates.contains(setting) && !selection.open.contains(index) {
            guard let candidate = measurement(of: index, selection, horizon: horizon, allowance: allowance)
            else { continue }
            if candidate.worthSeconds - candidate.costSeconds
                > found.map({ $0.worthSeconds - $0.costSeconds }) ?? 0
            {
                found = candidate
            }
        }
        return found
    }

    private func measurement(
        of setting: Int, _ selection: LaneSelection, horizon: Double, allowance: Double
    ) -> LaneMeasurement? {
        var worth = 0.0
        var cheapest: (group: Int, prompts: Int, loss: Double)?
        for (index, group) in classes.enumerated() where group.override == nil {
            let server = selection.server(of: group)
            let comparison = model.compare(
                group.forecast, settings[setting], with: settings[server], busySlots: busySlots)
            worth += group.seconds[server] * horizon * comparison.expectedImprovement
            let slowdown = group.seconds[setting] / group.seconds[server]
            let waiting = group.members.reduce(0) { $0 + backlog[$1].prompts }
            let prompts = min(waiting, busySlots)
            let share = Double(prompts) / Double(waiting)
            guard slowdown <= policy.worstCaseFactor, group.tokens * share <= allowance else { continue }
            let loss = max(0, group.seconds[setting] - group.seconds[server]) * share
            if loss < cheapest?.loss ?? .infinity { cheapest = (index, prompts, loss) }
        }
        guard let cheapest else { return nil }
        let changes =
            setting == runningIndex ? 0.0 : runningIndex.map(selection.open.contains) == true ? 2 : 1
        let cost = cheapest.loss + changes * switchSeconds
        guard worth > LaneMeasurement.requiredReturn * cost, worth > 0.002 * horizon * selection.seconds
        else { return nil }
        return LaneMeasurement(
            setting: setting, group: cheapest.group, prompts: cheapest.prompts, worthSeconds: worth,
            costSeconds: cost)
    }

    private func plan(measuring measurement: LaneMeasurement, _ selection: LaneSelection) -> LanePlan {
        let group = classes[measurement.group]
        var left = measurement.prompts
        var assignments: [LanePlan.Assignment] = []
        let setting = settings[measurement.setting]
        let prediction = model.predict(group.forecast, setting, busySlots: busySlots)
        let baseline = model.predict(group.forecast, .off, busySlots: busySlots)
        let reason =
            "measuring \(setting.label) on \(measurement.prompts) prompts: knowing it may save "
            + "\(Figures.text(measurement.worthSeconds)) s, the stint costs "
            + "\(Figures.text(measurement.costSeconds)) s"
        for member in group.members where left > 0 {
            let entry = backlog[member]
            let prompts = min(left, entry.prompts)
            left -= prompts
            let share = Double(prompts) * max(1, entry.expectedTokens) / group.tokens
            assignments.append(
                LanePlan.Assignment(
                    key: entry.key, prompts: prompts,
                    decision: Decision(
                        setting: setting, reason: reason, source: .exploration, prediction: prediction,
                        baselineTokensPerSecond: baseline.tokensPerSecond,
                        tokensPerSecond: prediction.tokensPerSecond),
                    best: settings[group.best],
                    lossSeconds: share * (group.seconds[measurement.setting] - group.seconds[group.best])))
        }
        return LanePlan(
            setting: setting, switches: measurement.setting != runningIndex, assignments: assignments,
            expectedSeconds: selection.seconds + measurement.costSeconds, reason: reason)
    }

    // MARK: Assignments and reasons

    private struct Urgency {
        var assignment: LanePlan.Assignment
        var priority: Int
        var waitSeconds: Double
    }

    private static func isMoreUrgent(_ left: Urgency, _ right: Urgency) -> Bool {
        left.priority != right.priority
            ? left.priority > right.priority : left.waitSeconds > right.waitSeconds
    }

    private func urgencies(of group: BacklogClass, at lane: Int) -> [Urgency] {
        let best = policy.decide(
            group.traits, model: model, busySlots: busySlots, override: group.override)
        let loss = group.seconds[lane] - group.seconds[group.best]
        let decision = lane == group.best ? best : riding(group, at: lane, best: best, loss: loss)
        return group.members.map { member in
            let entry = backlog[member]
            let share = Double(entry.prompts) * max(1, entry.expectedTokens) / group.tokens
            return Urgency(
                assignment: LanePlan.Assignment(
                    key: entry.key, prompts: entry.prompts, decision: decision,
                    best: settings[group.best], lossSeconds: loss * share),
                priority: entry.priority, waitSeconds: entry.oldestWaitSeconds)
        }
    }

    private func riding(_ group: BacklogClass, at lane: Int, best: Decision, loss: Double) -> Decision {
        let setting = settings[lane]
        let prediction = model.predict(group.forecast, setting, busySlots: busySlots)
        let prompts = group.members.reduce(0) { $0 + backlog[$1].prompts }
        let reason =
            "\(DecisionReason.subject(group.traits, busySlots)): \(DecisionReason.expectation(prediction)) at "
            + "\(setting.label) of the lane; \(settings[group.best].label) would be best, but the "
            + "\(Figures.text(loss)) s lost on \(prompts) \(prompts == 1 ? "prompt" : "prompts") are less than "
            + "the \(Figures.text(switchSeconds)) s of a switch"
        return Decision(
            setting: setting, reason: reason, source: .lane, prediction: prediction,
            baselineTokensPerSecond: best.baselineTokensPerSecond,
            tokensPerSecond: prediction.tokensPerSecond)
    }

    private func reason(
        _ lane: Int, why: String, served: [BacklogClass], _ selection: LaneSelection
    ) -> String {
        let prompts = served.reduce(0) { $0 + $1.members.reduce(0) { $0 + backlog[$1].prompts } }
        let total = backlog.reduce(0) { $0 + $1.prompts }
        let verb = lane == runningIndex ? "stay at" : running.setting == nil ? "start" : "switch to"
        var words =
            "\(verb) \(settings[lane].label) for \(prompts) of \(total) waiting prompts"
        let loss = served.reduce(0) { $0 + $1.seconds[lane] - $1.seconds[$1.best] }
        if loss > 0.05 {
            words +=
                ", losing \(Figures.text(loss)) s on those that ride along where a switch costs "
                + "\(Figures.text(switchSeconds)) s"
        }
        return words + why
    }
}
