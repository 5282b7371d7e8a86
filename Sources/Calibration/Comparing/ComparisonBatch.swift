import Workload

/// The prompts that every contender answers in a round: all of them, again and again until it is enough to be timed.
struct ComparisonBatch {
    /// So many prompts a slot at least: at the end of a batch slots run empty, which must not be most of it.
    static let leastPromptsPerSlot = 4
    /// The fastest contender is to take so long at least, so that no hiccup of the machine decides.
    static let leastMilliseconds = 2000.0
    /// However fast it is, a prompt is sent no more often than this in a round.
    static let mostCopies = 64

    let plan: SweepPlan
    let selection: PromptSelection
    private let copies: Int

    init(
        plan: SweepPlan, selection: PromptSelection, contenders: [Contender], measurements: [SweepMeasurement]
    ) {
        self.plan = plan
        self.selection = selection
        let slots = contenders.map { plan.parameters.engines[$0.engine].busySlots }.max() ?? 1
        let prompts = max(1, selection.prompts.values.reduce(0) { $0 + $1.count })
        let bySlots = (Self.leastPromptsPerSlot * slots + prompts - 1) / prompts
        let times = ExpectedTimes(selection: selection, measurements: measurements)
        let fastest =
            contenders.compactMap(times.milliseconds).filter { $0 > 0 }.min() ?? Self.leastMilliseconds
        let byTime = Int(min((Self.leastMilliseconds / fastest).rounded(.up), Double(Self.mostCopies)))
        copies = max(bySlots, byTime)
    }

    /// Requests in a round.
    var count: Int { copies * selection.prompts.values.reduce(0) { $0 + $1.count } }

    /// The requests as a contender gets them: those of one setting together, as the daemon sends them.
    func requests(for contender: Contender, round: Int) -> [LaneRequest] {
        let isMixed = contender.commonSetting == nil
        return contender.choices.sorted { $0.setting < $1.setting }.flatMap { choice in
            let prompts = selection.prompts[choice.workload] ?? []
            return LaneRequest.requests(
                of: prompts, count: copies * prompts.count,
                under: plan.parameters.conditions[0], maximumTokens: plan.parameters.maximumTokens,
                repetition: round
            ).map { request in
                var request = request
                if isMixed { request.setting = choice.setting.draft }
                return request
            }
        }
    }
}
