/// The work of one ``LanePlanner/plan(backlog:running:model:policy:exploration:)``.
struct LanePlanning {
    let backlog: [BacklogEntry]
    let running: LaneState
    let model: LearnedModel
    let policy: DepthPolicy
    let exploration: ExplorationBudget?
    let maximumLaneWaitSeconds: Double

    let settings: [DraftSetting]
    let busySlots: Int
    let classes: [BacklogClass]
    let switchSeconds: Double
    let runningIndex: Int?

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
        return LanePlan(
            setting: settings[chosen], switches: chosen != runningIndex,
            assignments: assignments(of: served, at: chosen),
            expectedSeconds: selection.seconds,
            reason: reason(chosen, why: why, served: served, selection))
    }

    /// The lane to run next, and what to add to the reason if it jumps the queue.
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
}
