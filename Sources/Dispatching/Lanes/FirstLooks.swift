import Speculation

/// Prompts sent ahead of others of their kind, to see how drafts are accepted before many are committed.
package final class FirstLooks {
    private var inFlight: [PromptKind: Int] = [:]
    /// Kinds of which one was answered, though its answer may have taught nothing: one token tells nothing of drafts.
    private var answered: Set<PromptKind> = []
    /// Whether one is being taken from the queue, so that its kind is not known yet.
    private var isPicking = false

    package init() {}

    func beginPicking() { isPicking = true }

    func endPicking() { isPicking = false }

    /// A prompt of a kind that was not seen yet is sent.
    package func send(_ kind: PromptKind) { inFlight[kind, default: 0] += 1 }

    /// It has come back.
    package func comeBack(_ kind: PromptKind, isAnswered: Bool) {
        if isAnswered { answered.insert(kind) }
        if let count = inFlight[kind] { inFlight[kind] = count > 1 ? count - 1 : nil }
    }

    /// Whether one of a kind is under way.
    func isOut(_ kind: PromptKind) -> Bool { inFlight[kind] != nil }

    /// What waits, without kinds whose first prompt is still out: what it brings back decides for them. All, where
    /// there is nothing else.
    package func without(_ entries: [BacklogEntry]) -> [BacklogEntry] {
        let others = entries.filter { $0.override != nil || !isOut(PromptKind($0.traits)) }
        return others.isEmpty ? entries : others
    }

    /// The groups to take the next prompt from: first one of each kind not seen yet, then kinds that are known;
    /// more of a kind whose first is still out only if there is nothing else.
    ///
    /// - Returns: The groups' names, none while another first is being picked and nothing else is to be had; and
    ///   whether the prompt is the first of its kind.
    package func preferred(in plan: CurrentPlan) -> (groups: Set<String>, isFirst: Bool) {
        guard !plan.unproven.isEmpty else { return (plan.open, false) }
        let unproven = plan.unproven.filter { plan.open.contains($0.key) && !answered.contains($0.value) }
        guard !unproven.isEmpty else { return (plan.open, false) }
        let unseen = unproven.filter { !isOut($0.value) }
        if !unseen.isEmpty, !isPicking { return (Set(unseen.keys), true) }
        let known = plan.open.subtracting(unproven.keys)
        return (known.isEmpty && !isPicking ? plan.open : known, false)
    }
}
