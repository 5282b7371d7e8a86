/// Prompts sent ahead of others of their kind, to see how drafts are accepted before many are committed.
struct Scouts {
    private var inFlight: [PromptKind: Int] = [:]

    /// A prompt of a kind that was not seen yet is sent.
    mutating func send(_ kind: PromptKind) {
        inFlight[kind, default: 0] += 1
    }

    /// It has come back, with or without an answer.
    mutating func comeBack(_ kind: PromptKind) {
        if let count = inFlight[kind] { inFlight[kind] = count > 1 ? count - 1 : nil }
    }

    /// Whether one of a kind is under way.
    func isOut(_ kind: PromptKind) -> Bool { inFlight[kind] != nil }

    /// The groups to take the next prompt from: first one of each kind not seen yet, then kinds that are known;
    /// more of a kind whose scout is still out only if there is nothing else.
    ///
    /// - Returns: The groups' names, and the kind that the prompt is to be the scout of.
    func preferred(in plan: CurrentPlan) -> (groups: Set<String>, scout: PromptKind?) {
        guard !plan.unproven.isEmpty else { return (plan.open, nil) }
        let unproven = plan.unproven.filter { plan.open.contains($0.key) }
        let unseen = unproven.filter { !isOut($0.value) }
        if let first = unseen.min(by: { $0.key < $1.key }) {
            return (Set(unseen.filter { $0.value == first.value }.keys), first.value)
        }
        let known = plan.open.subtracting(unproven.keys)
        return (known.isEmpty ? plan.open : known, nil)
    }
}
