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

    /// The groups to take the next prompt from: first one of each kind not seen yet, then kinds that are known;
    /// more of a kind whose scout is still out only if there is nothing else.
    func preferred(in plan: CurrentPlan) -> Set<String> {
        guard !plan.unproven.isEmpty else { return plan.open }
        let unproven = plan.unproven.filter { plan.open.contains($0.key) }
        let unseen = unproven.filter { inFlight[$0.value] == nil }
        if !unseen.isEmpty { return Set(unseen.keys) }
        let known = plan.open.subtracting(unproven.keys)
        return known.isEmpty ? plan.open : known
    }
}
