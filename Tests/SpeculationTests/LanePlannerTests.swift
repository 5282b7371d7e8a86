import Speculation
import Testing
import Workload

@Suite struct LanePlannerTests {
    /// Step costs 40, 100 ms at depths 0, 3; code accepted at 0.95, creative at 0.3: code wants 3, creative off.
    private func taught(slots: Int = 1) throws -> LearnedModel {
        var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium", slots: slots))
        for busy in Set([1, slots]) {
            for _ in 0..<20 {
                let factor = 1 + 0.1 * Double(busy - 1)
                for (workload, depth, acceptance, cost) in [
                    (Workload.code, 0, 0.0, 40.0), (.code, 3, 0.95, 100), (.creative, 3, 0.3, 100),
                ] {
                    model.learn(
                        try Samples.observation(
                            Samples.prompt(workload), depth: depth, acceptance: acceptance,
                            stepMilliseconds: cost * factor, busySlots: Double(busy)))
                }
            }
        }
        return model
    }

    private let policy = DepthPolicy(candidates: [.off, DraftSetting(depth: 3)])

    private func entry(
        _ key: String, _ workload: Workload, _ prompts: Int, wait: Double = 0, override: Int? = nil,
        priority: Int = 0
    ) -> BacklogEntry {
        BacklogEntry(
            key: key, traits: Samples.prompt(workload), prompts: prompts, expectedTokens: 300,
            oldestWaitSeconds: wait, override: override, priority: priority)
    }

    private func running(_ depth: Int?, switchCost: Double = 60, slots: Int = 1, for seconds: Double = 0)
        -> LaneState
    {
        LaneState(
            setting: depth.map { DraftSetting(depth: $0) }, switchCostSeconds: switchCost, slots: slots,
            runningSeconds: seconds)
    }

    @Test func threeStraysRideAlong() throws {
        let plan = LanePlanner().plan(
            backlog: [entry("code", .code, 200), entry("stray", .creative, 3)], running: running(3),
            model: try taught(), policy: policy)
        #expect(plan.setting == DraftSetting(depth: 3) && !plan.switches)
        #expect(Set(plan.assignments.map(\.key)) == ["code", "stray"])
        let stray = try #require(plan.assignments.first { $0.key == "stray" })
        #expect(stray.decision.source == .lane && stray.best == .off)
        #expect(stray.lossSeconds > 0 && stray.lossSeconds < 60)
        #expect(stray.decision.reason.contains("off would be best"), "\(stray.decision.reason)")
        #expect(stray.decision.reason.contains("60 s of a switch"), "\(stray.decision.reason)")
        let code = try #require(plan.assignments.first { $0.key == "code" })
        #expect(code.decision.source == .learned && code.lossSeconds == 0)
    }

    @Test func threeHundredGetASwitch() throws {
        let model = try taught()
        let both = [entry("code", .code, 200), entry("prose", .creative, 300)]
        let now = LanePlanner().plan(backlog: both, running: running(3), model: model, policy: policy)
        #expect(now.setting == DraftSetting(depth: 3) && now.assignments.map(\.key) == ["code"])
        let later = LanePlanner().plan(
            backlog: [entry("prose", .creative, 300)], running: running(3), model: model, policy: policy)
        #expect(later.setting == .off && later.switches)
        #expect(later.reason.hasPrefix("switch to off"))
    }

    @Test func freeSwitchesServeEveryoneAtTheirBest() throws {
        let plan = LanePlanner().plan(
            backlog: [entry("code", .code, 2), entry("prose", .creative, 1)],
            running: running(nil, switchCost: 0), model: try taught(), policy: policy)
        #expect(plan.assignments.allSatisfy { $0.lossSeconds == 0 })
        #expect(plan.assignments.count == 1)
    }

    @Test func nobodyStarves() throws {
        let model = try taught()
        let backlog = [entry("code", .code, 5000, wait: 700), entry("prose", .creative, 300, wait: 900)]
        let planner = LanePlanner(maximumLaneWaitSeconds: 600)
        let early = planner.plan(backlog: backlog, running: running(3, for: 30), model: model, policy: policy)
        #expect(early.setting == DraftSetting(depth: 3))
        let late = planner.plan(backlog: backlog, running: running(3, for: 700), model: model, policy: policy)
        #expect(late.setting == .off)
        #expect(late.reason.contains("waited 900 s"), "\(late.reason)")
    }

    @Test func priorityGoesFirst() throws {
        let plan = LanePlanner().plan(
            backlog: [entry("code", .code, 500), entry("prose", .creative, 300, priority: 5)],
            running: running(3), model: try taught(), policy: policy)
        #expect(plan.setting == .off)
        let ordered = LanePlanner().plan(
            backlog: [
                entry("a", .code, 5), entry("b", .code, 5, priority: 1), entry("c", .code, 5, wait: 9),
            ],
            running: running(3), model: try taught(), policy: policy)
        #expect(ordered.assignments.map(\.key) == ["b", "c", "a"])
    }

    @Test func overridesNeverRideAlong() throws {
        let model = try taught()
        let backlog = [entry("code", .code, 50), entry("asked", .code, 1, override: 0)]
        let now = LanePlanner().plan(backlog: backlog, running: running(3), model: model, policy: policy)
        #expect(now.assignments.map(\.key) == ["code"])
        let rest = LanePlanner().plan(
            backlog: [backlog[1]], running: running(3), model: model, policy: policy)
        #expect(rest.setting == .off)
        #expect(rest.assignments.first?.decision.source == .override)
    }

    @Test func nothingWaiting() throws {
        let planner = LanePlanner()
        let empty = planner.plan(backlog: [], running: running(3), model: try taught(), policy: policy)
        #expect(empty.setting == nil && empty.assignments.isEmpty && !empty.switches)
        let zero = planner.plan(
            backlog: [entry("a", .code, 0)], running: running(3), model: try taught(), policy: policy)
        #expect(zero.setting == nil && zero.assignments.isEmpty)
    }

    /// Every prompt is served once over a run of plans, whatever the backlog, and plans come to an end.
    @Test func everyPromptIsServedOnce() throws {
        var generator = SeededGenerator(seed: 41)
        for round in 0..<8 {
            let model = LearnedModel(fingerprint: Samples.engine(["Q4_0", "Q8_0"][round % 2], slots: 4))
            var left: [String: Int] = [:]
            var entries: [BacklogEntry] = []
            for index in 0..<Int.random(in: 1...12, using: &generator) {
                let prompts = Int.random(in: 1...200, using: &generator)
                let override =
                    generator.uniform(0...1) < 0.15 ? Int.random(in: 0...6, using: &generator) : nil
                let workload = Workload.allCases.randomElement(using: &generator) ?? .code
                entries.append(
                    entry(
                        "\(index)", workload, prompts, wait: generator.uniform(0...900), override: override))
                left["\(index)"] = prompts
            }
            var lane: DraftSetting?
            var budget = ExplorationBudget()
            var plans = 0
            while entries.contains(where: { $0.prompts > 0 }) {
                plans += 1
                try #require(plans < 60)
                let plan = LanePlanner().plan(
                    backlog: entries,
                    running: LaneState(setting: lane, switchCostSeconds: 5, slots: 4, runningSeconds: 1e6),
                    model: model, policy: DepthPolicy(), exploration: budget)
                lane = try #require(plan.setting)
                #expect(!plan.assignments.isEmpty)
                for assignment in plan.assignments {
                    let index = try #require(entries.firstIndex { $0.key == assignment.key })
                    #expect(assignment.prompts > 0 && assignment.prompts <= entries[index].prompts)
                    #expect(assignment.decision.setting == plan.setting)
                    if let asked = entries[index].override {
                        #expect(assignment.decision.setting == DraftSetting(depth: asked))
                    }
                    entries[index].prompts -= assignment.prompts
                    left[assignment.key, default: 0] -= assignment.prompts
                    budget.record(
                        tokens: assignment.prompts * 300, explored: assignment.decision.source == .exploration
                    )
                }
            }
            #expect(left.values.allSatisfy { $0 == 0 })
        }
    }

    /// An unmeasured off lane is measured on a few prompts when much work waits, and not when little does.
    @Test func measuringPaysForMuchWorkOnly() throws {
        var model = LearnedModel(fingerprint: Samples.engine("Q5_K - Medium"))
        for _ in 0..<10 {
            model.learn(
                try Samples.observation(
                    Samples.prompt(.factual), depth: 3, acceptance: 0.6, stepMilliseconds: 90))
        }
        let much = LanePlanner().plan(
            backlog: [entry("a", .factual, 2000)], running: running(3, switchCost: 10), model: model,
            policy: policy, exploration: ExplorationBudget())
        #expect(much.setting == .off)
        #expect(much.assignments.allSatisfy { $0.decision.source == .exploration })
        #expect(much.assignments.reduce(0) { $0 + $1.prompts } <= 6)
        let little = LanePlanner().plan(
            backlog: [entry("a", .factual, 5)], running: running(3, switchCost: 10), model: model,
            policy: policy, exploration: ExplorationBudget())
        #expect(little.setting == DraftSetting(depth: 3))
        let forbidden = LanePlanner().plan(
            backlog: [entry("a", .factual, 2000)], running: running(3, switchCost: 10), model: model,
            policy: policy)
        #expect(forbidden.setting == DraftSetting(depth: 3))
    }

    @Test func coarseTraitsGroupAlike() {
        var one = Samples.prompt(.code, confidence: 0.91)
        one.maximumTokens = 64
        var two = Samples.prompt(.code, confidence: 0.93)
        two.temperature = 0.7
        #expect(one.coarse == two.coarse)
        two.temperature = 0
        #expect(one.coarse != two.coarse)
        #expect(one.coarse.coarse == one.coarse)
    }
}
