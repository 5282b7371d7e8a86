extension LanePlanning {
    /// The measurement that pays best, if one pays and the budget allows it.
    func measurement(_ selection: LaneSelection) -> LaneMeasurement? {
        guard let exploration else { return nil }
        let waitingTokens = classes.reduce(0) { $0 + $1.tokens }
        let allowance = exploration.allowance(
            share: policy.explorationShare, waitingTokens: waitingTokens, constants)
        let horizon =
            1 + constants.horizon * min(1, exploration.totalTokens / max(waitingTokens, 1))
        var found: LaneMeasurement?
        for (index, setting) in settings.enumerated()
        where policy.candidates.contains(setting) && !setting.usesNgrams && !selection.open.contains(index) {
            guard let candidate = measurement(of: index, selection, horizon: horizon, allowance: allowance)
            else { continue }
            if candidate.worthSeconds - candidate.costSeconds
                > found.map({ $0.worthSeconds - $0.costSeconds }) ?? 0
            {
                found = candidate
            }
        }
        return found
    }

    private func measurement(
        of setting: Int, _ selection: LaneSelection, horizon: Double, allowance: Double
    ) -> LaneMeasurement? {
        var worth = 0.0
        var cheapest: (group: Int, prompts: Int, loss: Double, ownWorth: Double)?
        for (index, group) in classes.enumerated() where group.override == nil {
            let server = selection.server(of: group)
            let comparison = model.compare(
                group.forecast, settings[setting], with: settings[server], busySlots: busySlots[setting],
                requests: busySlots[setting])
            let saved = group.seconds[server] * horizon
            worth += saved * comparison.expectedImprovementByOthers
            let own = saved * (comparison.expectedImprovement - comparison.expectedImprovementByOthers)
            let slowdown = group.seconds[setting] / group.seconds[server]
            let prompts = min(group.prompts, busySlots[setting])
            let share = Double(prompts) / Double(group.prompts)
            guard slowdown <= policy.worstCaseFactor, group.tokens * share <= allowance else { continue }
            let loss = max(0, group.seconds[setting] - group.seconds[server]) * share
            if loss - own < cheapest.map({ $0.loss - $0.ownWorth }) ?? .infinity {
                cheapest = (index, prompts, loss, own)
            }
        }
        guard let cheapest else { return nil }
        worth += cheapest.ownWorth
        let comesBack = setting != runningIndex && runningIndex.map(selection.open.contains) == true
        let drain = LaneDrain(
            forecast: classes[cheapest.group].forecast, setting: settings[setting], slots: busySlots[setting],
            model: model
        ).seconds(tokensEach: classes[cheapest.group].tokensEach)
        let cost =
            cheapest.loss + changeSeconds[setting] + (comesBack ? drain + restartSeconds : 0)
        guard worth > constants.requiredReturn * cost,
            worth > constants.leastWorth * horizon * selection.seconds
        else { return nil }
        return LaneMeasurement(
            setting: setting, group: cheapest.group, prompts: cheapest.prompts, worthSeconds: worth,
            costSeconds: cost)
    }

    /// The plan that makes a measurement.
    func plan(measuring measurement: LaneMeasurement) -> LanePlan {
        let group = classes[measurement.group]
        var left = measurement.prompts
        var assignments: [LanePlan.Assignment] = []
        let setting = settings[measurement.setting]
        let slots = busySlots[measurement.setting]
        let prediction = model.predict(group.forecast, setting, busySlots: slots)
        let baseline = model.predict(group.forecast, .off, busySlots: slots)
        let reason =
            "measuring \(setting.label) on \(measurement.prompts) prompts: knowing it may save "
            + "\(Figures.text(measurement.worthSeconds)) s, the stint costs "
            + "\(Figures.text(measurement.costSeconds)) s"
        for member in group.members where left > 0 {
            let entry = backlog[member]
            let prompts = min(left, entry.prompts)
            left -= prompts
            assignments.append(
                LanePlan.Assignment(
                    key: entry.key, prompts: prompts,
                    decision: Decision(
                        setting: setting, reason: reason, source: .exploration, prediction: prediction,
                        baselineTokensPerSecond: baseline.tokensPerSecond)))
        }
        assignments += companions(of: measurement, slots: slots)
        return LanePlan(
            setting: setting, busySlots: slots, switches: measurement.setting != runningIndex,
            assignments: assignments, reason: reason)
    }

    /// Prompts of other classes that fill the slots a measurement leaves idle: those it slows least.
    private func companions(of measurement: LaneMeasurement, slots: Int) -> [LanePlan.Assignment] {
        var left = slots - measurement.prompts
        var assignments: [LanePlan.Assignment] = []
        func slowdown(_ group: BacklogClass) -> Double {
            group.seconds[measurement.setting] / max(group.seconds[group.best], 1e-9)
        }
        let others = classes.indices.filter { index in
            index != measurement.group && classes[index].override == nil
                && slowdown(classes[index]) <= policy.worstCaseFactor
        }
        for index in others.sorted(by: { slowdown(classes[$0]) < slowdown(classes[$1]) }) where left > 0 {
            for assignment in self.assignments(of: [classes[index]], at: measurement.setting) where left > 0 {
                var few = assignment
                few.prompts = min(left, assignment.prompts)
                left -= few.prompts
                assignments.append(few)
            }
        }
        return assignments
    }
}
