import Glibc
import Speculation
import TestSupport
import Workload

/// The planner at work on a synthetic engine. Time is charged at the engine's true mean speeds, so that regret is
/// the decisions' and not the noise's; what the planner learns from is noisy, drifting, and stalls at times.
struct SimulatedRun {
    let engine: SyntheticEngine
    let policy: DepthPolicy
    var model: LearnedModel
    var budget = ExplorationBudget()
    var lane: DraftSetting?
    var seconds = 0.0
    var switches = 0
    var explorationTokens = 0.0
    /// Told of every plan, for looking at a run in detail.
    var onPlan: ((LanePlan, LearnedModel) -> Void)?
    private var laneSeconds = 0.0
    /// Time of all slots lost while the last prompts of a lane end.
    private var drainSeconds = 0.0
    private var drift = 0.0
    private var generator: SeededGenerator

    init(engine: SyntheticEngine, policy: DepthPolicy, model: LearnedModel, seed: UInt64) {
        self.engine = engine
        self.policy = policy
        self.model = model
        generator = SeededGenerator(seed: seed)
    }

    /// Runs a backlog to its end.
    mutating func run(_ prompts: SimulatedPrompts) throws {
        var groups = prompts.groups
        let planner = LanePlanner()
        while groups.contains(where: { $0.prompts > 0 }) {
            let backlog = groups.enumerated().filter { $0.element.prompts > 0 }.map { index, group in
                BacklogEntry(
                    key: "\(index)", traits: group.traits, prompts: group.prompts,
                    expectedTokens: group.tokens)
            }
            let plan = planner.plan(
                backlog: backlog,
                running: LaneState(
                    setting: lane, switchCostSeconds: engine.switchSeconds, slots: engine.slots,
                    runningSeconds: laneSeconds),
                model: model, policy: policy, exploration: budget)
            onPlan?(plan, model)
            guard let setting = plan.setting, !plan.assignments.isEmpty else { return }
            if plan.switches {
                try start(setting)
            }
            try serve(plan, setting, &groups)
        }
    }

    private mutating func start(_ setting: DraftSetting) throws {
        seconds += engine.switchSeconds + (lane == nil ? 0 : drainSeconds)
        switches += 1
        lane = setting
        laneSeconds = 0
        for busy in Set([1, engine.slots]) { try probe(setting, busy: busy) }
    }

    /// What the daemon does when a lane has started: a short fixed generation, with one and with all slots busy.
    private mutating func probe(_ setting: DraftSetting, busy: Int) throws {
        let drafts = engine.drafts(.factual, setting)
        let steps = max(4, Int(48 / (1 + drafts.accepted)))
        let accepted = Int((drafts.accepted * Double(steps)).rounded())
        let cost = engine.stepMilliseconds(setting, drafts: drafts.drafted, busySlots: Double(busy))
        seconds += cost * Double(steps) / 1000
        model.learnProbe(
            try Observation(
                traits: PromptTraits(distribution: WorkloadDistribution(certain: .factual)), setting: setting,
                busySlots: Double(busy), generatedTokens: 1 + steps + accepted,
                draftedTokens: max(accepted, Int((drafts.drafted * Double(steps)).rounded())),
                acceptedTokens: accepted,
                generationMilliseconds: cost * Double(steps) * exp(drift + engine.noise * generator.normal()))
        )
    }

    private mutating func serve(
        _ plan: LanePlan, _ setting: DraftSetting, _ groups: inout [SimulatedPrompts.Group]
    ) throws {
        let waiting = plan.assignments.reduce(0) { $0 + $1.prompts }
        let busy = min(engine.slots, waiting)
        var left = min(waiting, 2 * engine.slots)
        for assignment in plan.assignments where left > 0 {
            guard let index = Int(assignment.key) else { continue }
            let prompts = min(left, assignment.prompts)
            left -= prompts
            groups[index].prompts -= prompts
            for _ in 0..<prompts {
                try generate(
                    groups[index], setting, busy: busy,
                    explored: assignment.decision.source == .exploration,
                    isChosen: [.learned, .prior].contains(assignment.decision.source))
            }
        }
    }

    private mutating func generate(
        _ group: SimulatedPrompts.Group, _ setting: DraftSetting, busy: Int, explored: Bool, isChosen: Bool
    ) throws {
        let time = group.tokens / engine.speed(group.workload, setting, busySlots: busy)
        seconds += time
        laneSeconds += time
        drainSeconds = engine.drainSeconds(group.workload, setting, busySlots: busy, tokens: group.tokens)
        drift += engine.driftPerPrompt * generator.normal()
        let shift = 0.35 * generator.normal()
        let drafts = engine.drafts(group.workload, setting, logitShift: shift)
        let exact = group.tokens / (1 + drafts.accepted)
        let steps = max(1, (exact * (1 + 0.25 * generator.normal() / exact.squareRoot())).rounded())
        let accepted = setting.isDrafting ? max(0, Int(group.tokens - steps)) : 0
        let generated = 1 + (setting.isDrafting ? Int(steps) + accepted : Int(group.tokens))
        let drafted = max(accepted, Int((drafts.drafted * steps).rounded()))
        var milliseconds =
            engine.stepMilliseconds(setting, drafts: drafts.drafted, busySlots: Double(busy))
            * Double(generated - 1 - accepted) * exp(drift + engine.noise * generator.normal())
        if generator.uniform(0...1) < engine.stallShare { milliseconds *= generator.uniform(2...10) }
        model.learn(
            try Observation(
                traits: group.traits, setting: setting, busySlots: Double(busy), generatedTokens: generated,
                draftedTokens: setting.isDrafting ? drafted : 0, acceptedTokens: accepted,
                generationMilliseconds: milliseconds))
        model.learn(
            AnswerTime(
                traits: group.traits, setting: setting, busySlots: Double(busy), generatedTokens: generated,
                readTokens: 0, milliseconds: milliseconds, isChosen: isChosen))
        budget.record(tokens: generated, explored: explored)
        if explored { explorationTokens += Double(generated) }
    }
}
