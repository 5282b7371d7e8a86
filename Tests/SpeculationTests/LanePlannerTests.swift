import TestSupport
import Testing
import Workload

@testable import Speculation

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
        #expect(stray.decision.source == .lane)
        #expect(stray.decision.reason.contains("off would be best"), "\(stray.decision.reason)")
        #expect(stray.decision.reason.contains("60 s of a switch"), "\(stray.decision.reason)")
        let code = try #require(plan.assignments.first { $0.key == "code" })
        #expect(code.decision.source == .learned)
    }

    @Test func theSettingObservedLastIsKnown() throws {
        #expect(LearnedModel(fingerprint: Samples.engine("Q4_K - Medium", slots: 1)).lastSetting == nil)
        #expect(try taught().lastSetting == DraftSetting(depth: 3))
    }

    @Test func theLastPromptsJoinThoseInFlight() throws {
        let model = try taught(slots: 4)
        let backlog = [entry("code", .code, 2)]
        var state = running(3, slots: 4)
        state.inFlight = 3
        #expect(
            LanePlanner().plan(backlog: backlog, running: state, model: model, policy: policy).busySlots == 4)
        state.inFlight = 0
        #expect(
            LanePlanner().plan(backlog: backlog, running: state, model: model, policy: policy).busySlots == 2)
    }

    @Test func aLaneIsNotLeftWhileLongAnswersWouldEndAlone() throws {
        let model = try taught(slots: 4)
        let backlog = [entry("stray", .creative, 8)]
        func plan(_ left: [Double]?) -> LanePlan {
            var state = running(3, switchCost: 0.1, slots: 4)
            state.resident = [.off]
            state.inFlight = left?.count ?? 0
            state.inFlightTokens = left
            return LanePlanner().plan(backlog: backlog, running: state, model: model, policy: policy)
        }
        #expect(plan([]).switches)
        #expect(plan([20, 40, 60]).switches)
        let waits = plan([20, 40, 20000])
        #expect(!waits.switches)
        #expect(waits.assignments.map(\.key) == ["stray"])
        #expect(plan(nil).switches)
    }

    @Test func strayPromptsGetTheLaneOfAnEngineThatWaits() throws {
        var state = running(3)
        let backlog = [entry("code", .code, 200), entry("stray", .creative, 3)]
        func plan() throws -> LanePlan {
            LanePlanner().plan(backlog: backlog, running: state, model: try taught(), policy: policy)
        }
        #expect(try plan().assignments.count == 2)
        state.resident = [.off]
        #expect(try plan().assignments.map(\.key) == ["code"], "a change to it costs no start")
        state.resident = [DraftSetting(depth: 1)]
        #expect(try plan().assignments.count == 2, "an engine at another setting does not help")
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
        #expect(plan.assignments.allSatisfy { $0.decision.source != .lane })
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

    @Test func aDeadlineIsNotWaitedPast() throws {
        let model = try taught()
        let planner = LanePlanner(maximumLaneWaitSeconds: 1800)
        func plan(
            left: Double?, own: Double? = nil, priority: Int = 0, running seconds: Double
        ) -> LanePlan {
            var code = entry("code", .code, 5000, wait: 10)
            code.secondsLeft = own
            var prose = entry("prose", .creative, 300, wait: 5)
            prose.secondsLeft = left
            prose.priority = priority
            return planner.plan(
                backlog: [code, prose], running: running(3, for: seconds), model: model, policy: policy)
        }
        let pressed = plan(left: 900, running: 1000)
        #expect(pressed.setting == .off)
        #expect(pressed.reason.contains("whose deadline is in 900 s"), "\(pressed.reason)")
        let drafting = DraftSetting(depth: 3)
        #expect(plan(left: nil, running: 1000).setting == drafting)
        #expect(plan(left: 2000, running: 1000).setting == drafting, "there is time")
        #expect(plan(left: 900, own: 600, running: 1000).setting == drafting, "its own are sooner")
        #expect(plan(left: 900, own: 1200, running: 1000).setting == .off)
        #expect(plan(left: 900, running: 10).setting == drafting, "it has hardly begun")
        #expect(plan(left: 900, priority: -1, running: 1000).setting == drafting, "priorities come first")
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
            var plans = 0
            while entries.contains(where: { $0.prompts > 0 }) {
                plans += 1
                try #require(plans < 60)
                let plan = LanePlanner().plan(
                    backlog: entries,
                    running: LaneState(setting: lane, switchCostSeconds: 5, slots: 4, runningSeconds: 1e6),
                    model: model, policy: DepthPolicy())
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
                }
            }
            #expect(left.values.allSatisfy { $0 == 0 })
        }
    }

    @Test func slotChoicesAreToldApart() {
        #expect(LaneState.slotChoices(upTo: 1) == [1])
        #expect(LaneState.slotChoices(upTo: 4) == [1, 2, 3, 4])
        #expect(LaneState.slotChoices(upTo: 10) == [1, 2, 3, 4, 6, 8, 10])
    }

    /// A step costs 10 % more with each further busy slot here, so all of them give the most tokens a second.
    @Test func busySlotsAreChosenOrObeyed() throws {
        let model = try taught(slots: 4)
        let backlog = [entry("code", .code, 200)]
        func plan(_ choices: [Int]?) -> LanePlan {
            LanePlanner().plan(
                backlog: backlog,
                running: LaneState(
                    setting: DraftSetting(depth: 3), switchCostSeconds: 60, slots: 4, slotChoices: choices),
                model: model, policy: policy)
        }
        #expect(plan([1, 2, 3, 4]).busySlots == 4)
        #expect(plan([1]).busySlots == 1)
        #expect(plan(nil).busySlots == 4)
        let few = LanePlanner().plan(
            backlog: [entry("code", .code, 2)], running: running(3, slots: 4), model: model, policy: policy)
        #expect(few.busySlots == 2)
    }

    /// Two lanes: each takes what suits it, and helps the other when its own work is done.
    @Test func lanesShareABacklog() throws {
        let model = try taught()
        let planner = LanePlanner()
        func plan(_ backlog: [BacklogEntry], at depth: Int, other: Int, switchCost: Double) -> LanePlan {
            planner.plan(
                backlog: backlog,
                running: LaneState(
                    setting: DraftSetting(depth: depth), switchCostSeconds: switchCost, slots: 1,
                    elsewhere: [DraftSetting(depth: other)]),
                model: model, policy: policy)
        }
        let both = [entry("code", .code, 200), entry("prose", .creative, 200)]
        #expect(plan(both, at: 3, other: 0, switchCost: 60).assignments.map(\.key) == ["code"])
        #expect(plan(both, at: 0, other: 3, switchCost: 60).assignments.map(\.key) == ["prose"])
        let code = [entry("code", .code, 200)]
        let changing = plan(code, at: 0, other: 3, switchCost: 1)
        #expect(changing.setting == DraftSetting(depth: 3) && changing.switches)
        let staying = plan(code, at: 0, other: 3, switchCost: 1e6)
        #expect(staying.setting == .off && staying.assignments.map(\.key) == ["code"])
        #expect(staying.reason.contains("share the work"), "\(staying.reason)")
    }
}
