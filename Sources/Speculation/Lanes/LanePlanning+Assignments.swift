extension LanePlanning {
    /// The entries of the served classes, most urgent first.
    func assignments(of served: [BacklogClass], at lane: Int) -> [LanePlan.Assignment] {
        let decisions = served.map { decision(for: $0, at: lane) }
        let members = served.indices.flatMap { index in
            served[index].members.map { (entry: $0, group: index) }
        }
        let ordered = members.sorted { left, right in
            let (one, two) = (backlog[left.entry], backlog[right.entry])
            if one.priority != two.priority { return one.priority > two.priority }
            if one.oldestWaitSeconds != two.oldestWaitSeconds {
                return one.oldestWaitSeconds > two.oldestWaitSeconds
            }
            return left.entry < right.entry
        }
        return ordered.map { member in
            let entry = backlog[member.entry]
            return LanePlan.Assignment(
                key: entry.key, prompts: entry.prompts, decision: decisions[member.group])
        }
    }

    private func decision(for group: BacklogClass, at lane: Int) -> Decision {
        let best = policy.decide(
            group.traits, model: model, busySlots: busySlots[lane], override: group.override)
        guard best.setting != settings[lane] else { return best }
        return riding(group, at: lane, best: best)
    }

    private func riding(_ group: BacklogClass, at lane: Int, best: Decision) -> Decision {
        let loss = group.seconds[lane] - group.seconds[group.best]
        let setting = settings[lane]
        let slots = busySlots[lane]
        let prediction = model.predict(group.forecast, setting, busySlots: slots)
        let prompts = group.prompts
        let reason =
            "\(DecisionReason.subject(group.traits, slots)): "
            + DecisionReason.expectation(
                prediction, model.basis(group.forecast.kind, setting, busySlots: slots)) + " at "
            + "\(setting.label) of the lane; \(best.setting.label) would be best, but the "
            + "\(Figures.text(loss)) s lost on \(prompts) \(prompts == 1 ? "prompt" : "prompts") are less than "
            + "the \(Figures.text(changeSeconds[group.best])) s of a switch"
        return Decision(
            setting: setting, reason: reason, source: .lane, prediction: prediction,
            baselineTokensPerSecond: best.baselineTokensPerSecond)
    }

    /// Why the lane runs, with what those that ride along lose.
    func reason(_ lane: Int, why: String, served: [BacklogClass]) -> String {
        let prompts = served.reduce(0) { $0 + $1.prompts }
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
