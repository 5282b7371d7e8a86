/// The work of one ``LanePlanner/plan(backlog:running:model:policy:)``.
struct LanePlanning {
    let backlog: [BacklogEntry]
    let running: LaneState
    let model: LearnedModel
    let policy: DepthPolicy
    let maximumLaneWaitSeconds: Double

    let settings: [DraftSetting]
    /// Slots to keep busy at each setting.
    let busySlots: [Int]
    let classes: [BacklogClass]
    /// Of a change to an engine that must be started, at a moment like any other.
    let switchSeconds: Double
    /// Of a change to each setting; zero for the one that runs.
    let changeSeconds: [Double]
    let runningIndex: Int?

    var constants: Constants.Choosing { model.constants.choosing }

    init(
        backlog: [BacklogEntry], running: LaneState, model: LearnedModel, policy: DepthPolicy,
        maximumLaneWaitSeconds: Double
    ) {
        self.backlog = backlog
        self.running = running
        self.model = model
        self.policy = policy
        self.maximumLaneWaitSeconds = maximumLaneWaitSeconds
        let asked = Set(backlog.compactMap(\.override)).map { DraftSetting(depth: $0) }
        let current = running.setting.map { [$0] } ?? []
        let others = running.elsewhere.union(running.resident)
        let settings = others.union(policy.candidates + asked + current).sorted()
        let prompts = backlog.reduce(running.inFlight) { $0 + max(0, $1.prompts) }
        let choices = Set(running.slotChoices.map { max(1, min($0, prompts)) }).sorted()
        var classes = BacklogClass.classes(of: backlog, model: model)
        let busySlots = SlotChoice(choices: choices, model: model).busySlots(for: settings, classes: classes)
        for index in classes.indices {
            classes[index].fill(
                settings: settings, candidates: policy.candidates, busySlots: busySlots, model: model)
        }
        self.busySlots = busySlots
        self.classes = classes
        self.settings = settings
        runningIndex = running.setting.flatMap { settings.firstIndex(of: $0) }
        let start = max(0, running.switchCostSeconds)
        let largest = classes.max { $0.tokens < $1.tokens }
        func drain(at setting: Int, slots: Int = 1) -> LaneDrain? {
            largest.map {
                LaneDrain(
                    forecast: $0.forecast, setting: settings[setting], slots: max(slots, busySlots[setting]),
                    model: model)
            }
        }
        let usual = largest.flatMap { drain(at: $0.best)?.seconds(tokensEach: $0.tokensEach) } ?? 0
        var leaving = usual
        if let runningIndex, let left = running.inFlightTokens {
            leaving = drain(at: runningIndex, slots: left.count)?.seconds(left: left) ?? 0
        }
        switchSeconds = start + usual
        changeSeconds = settings.map { setting in
            if setting == running.setting || running.elsewhere.contains(setting) { return 0 }
            return running.resident.contains(setting) ? leaving : start + leaving
        }
    }

    func plan() -> LanePlan {
        guard !classes.isEmpty else {
            return LanePlan(
                setting: nil, busySlots: 1, switches: false, assignments: [], reason: "nothing waits")
        }
        let selection = select()
        if let plan = helping(selection) { return plan }
        let (chosen, why) = next(selection)
        let served = classes.filter { selection.server(of: $0) == chosen }
        return LanePlan(
            setting: settings[chosen], busySlots: busySlots[chosen], switches: chosen != runningIndex,
            assignments: assignments(of: served, at: chosen),
            reason: reason(chosen, why: why, served: served))
    }

    /// The settings that are worth a lane.
    func select() -> LaneSelection {
        LaneSelection(
            classes: classes, changeSeconds: changeSeconds,
            running: Set(elsewhere + [runningIndex].compactMap(\.self)))
    }

    /// Settings that other lanes run, as indices.
    private var elsewhere: [Int] { running.elsewhere.compactMap { settings.firstIndex(of: $0) } }

    /// What a lane does whose own prompts are at an end while other lanes have work: it takes some of that, at the
    /// setting it has or, where a change pays, at theirs. Nil for a lane with work of its own.
    private func helping(_ selection: LaneSelection) -> LanePlan? {
        guard let runningIndex, !elsewhere.isEmpty,
            classes.allSatisfy({
                let lane = selection.server(of: $0)
                return lane != runningIndex && elsewhere.contains(lane)
            })
        else { return nil }
        let here = classes.filter { $0.seconds[runningIndex].isFinite }
        let lanes = Dictionary(grouping: classes) { selection.server(of: $0) }
        let largest = lanes.max { left, right in
            (left.value.reduce(0) { $0 + $1.seconds[left.key] }, right.key)
                < (right.value.reduce(0) { $0 + $1.seconds[right.key] }, left.key)
        }
        guard let largest else { return nil }
        let there = largest.value.reduce(0) { $0 + $1.seconds[largest.key] }
        let staying = here.reduce(0) { $0 + $1.seconds[runningIndex] }
        let stays = !here.isEmpty && staying / 2 <= switchSeconds + there / 2
        let chosen = stays ? runningIndex : largest.key
        let served = stays ? here : largest.value
        return LanePlan(
            setting: settings[chosen], busySlots: busySlots[chosen], switches: chosen != runningIndex,
            assignments: assignments(of: served, at: chosen),
            reason: reason(chosen, why: ", to share the work of another lane", served: served))
    }

    /// What of a lane's prompts decides when it runs.
    typealias LaneDemand = (lane: Int, wait: Double, left: Double, priority: Int)

    /// The lanes that have prompts, but for those that run elsewhere, most urgent first.
    func lanes(_ selection: LaneSelection) -> [LaneDemand] {
        var known: [Int: LaneDemand] = [:]
        for group in classes {
            let lane = selection.server(of: group)
            if elsewhere.contains(lane), lane != runningIndex { continue }
            let before = known[lane] ?? (lane, 0, .infinity, .min)
            known[lane] = (
                lane, max(before.wait, group.oldestWaitSeconds), min(before.left, group.secondsLeft),
                max(before.priority, group.priority)
            )
        }
        return known.values.sorted { left, right in
            if left.priority != right.priority { return left.priority > right.priority }
            if left.wait != right.wait { return left.wait > right.wait }
            return left.lane < right.lane
        }
    }

    /// The lane to run next, and what to add to the reason if it jumps the queue.
    func next(_ selection: LaneSelection) -> (Int, String) {
        let ordered = lanes(selection)
        guard let first = ordered.first else { return (0, "") }
        guard let runningIndex, let current = ordered.first(where: { $0.lane == runningIndex }),
            ordered.count > 1
        else { return (first.lane, "") }
        if first.priority > current.priority {
            return (first.lane, ", for prompts of priority \(first.priority)")
        }
        let pressed = ordered.filter {
            $0.priority == current.priority && $0.left < min(maximumLaneWaitSeconds, current.left)
        }
        if running.runningSeconds >= constants.leastRunInSwitches * switchSeconds,
            let soonest = pressed.min(by: { ($0.left, $0.lane) < ($1.left, $1.lane) })
        {
            return (
                soonest.lane, ", for prompts whose deadline is in \(Figures.text(max(0, soonest.left))) s"
            )
        }
        let leastRun = max(
            constants.leastRunInSwitches * switchSeconds,
            maximumLaneWaitSeconds / Double(ordered.count - 1))
        let starving = ordered.filter { $0.lane != runningIndex && $0.wait > maximumLaneWaitSeconds }
        if running.runningSeconds >= leastRun,
            let longest = starving.max(by: { ($0.wait, -$0.lane) < ($1.wait, -$1.lane) })
        {
            return (
                longest.lane,
                ", for prompts that waited \(Figures.text(longest.wait)) s, "
                    + "longer than the allowed \(Figures.text(maximumLaneWaitSeconds)) s"
            )
        }
        return (runningIndex, "")
    }
}
