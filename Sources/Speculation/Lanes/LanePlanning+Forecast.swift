extension LanePlanning {
    /// When what waits is expected to be done, if the lanes of a plan run one after another.
    func forecast(after delay: Double) -> WorkForecast {
        var forecast = WorkForecast()
        var elapsed = UncertainSum(max(0, delay))
        let selection = select()
        let order = order(of: selection)
        for lane in order {
            let served = classes.filter { selection.server(of: $0) == lane }
            let parts = served.flatMap { self.parts(of: $0, at: lane) }
            elapsed += UncertainSum(changeSeconds[lane])
            forecast.changeSeconds += changeSeconds[lane]
            let shares = Dictionary(grouping: parts, by: \.priority).sorted { $0.key > $1.key }
            for (_, urgent) in shares {
                elapsed = Self.serve(urgent, from: elapsed, ends: &forecast.ends)
            }
            if lane == order.last {
                let last = elapsed
                elapsed += UncertainSum(drainSeconds(of: served, at: lane))
                for (batch, end) in forecast.ends where end == last { forecast.ends[batch] = elapsed }
            }
            forecast.parts += parts
        }
        forecast.total = elapsed
        return forecast
    }

    /// The lane that runs now or is next, then the others, most urgent first.
    private func order(of selection: LaneSelection) -> [Int] {
        guard !classes.isEmpty else { return [] }
        let first = next(selection).0
        return [first] + lanes(selection).map(\.lane).filter { $0 != first }
    }

    private func parts(of group: BacklogClass, at lane: Int) -> [WorkForecast.Part] {
        let (setting, slots) = (settings[lane], busySlots[lane])
        let prediction = model.predict(group.forecast, setting, busySlots: slots)
        let secondsPerToken = 1 / max(prediction.totalTokensPerSecond, 1e-6)
        let speed = model.timeDeviation(group.forecast, setting, busySlots: slots)
        return group.members.map { member in
            let entry = backlog[member]
            let tokens = max(1, entry.expectedTokens)
            let length = model.lengthSpread(entry.traits, expected: tokens)
            let count = Double(entry.prompts)
            return WorkForecast.Part(
                key: entry.key, kind: PromptKind(entry.traits), batch: entry.traits.batch,
                priority: entry.priority, prompts: entry.prompts, setting: setting, busySlots: slots,
                tokens: UncertainSum(of: tokens, length: length).times(count),
                seconds: UncertainSum(of: tokens * secondsPerToken, length: length, speed: speed).times(
                    count),
                basis: model.timeBasis(PromptKind(entry.traits), setting, busySlots: slots),
                answers: model.lengthEvidence(entry.traits))
        }
    }

    /// Serves prompts of one priority: each batch has its turn, one prompt at a time, so that one with few prompts is done
    /// before one with many, whichever came first.
    ///
    /// - Returns: When all of them are done.
    private static func serve(
        _ parts: [WorkForecast.Part], from start: UncertainSum, ends: inout [String: UncertainSum]
    ) -> UncertainSum {
        let batches = Dictionary(grouping: parts, by: \.batch).map { batch, parts in
            let prompts = Double(parts.reduce(0) { $0 + $1.prompts })
            let all = parts.reduce(UncertainSum()) { $0 + $1.seconds }
            return (batch: batch, prompts: prompts, each: all.times(1 / max(1, prompts)))
        }.sorted { ($0.prompts, $0.batch ?? "") < ($1.prompts, $1.batch ?? "") }
        // What a round takes, with a prompt of each batch that is not done before this one.
        var rounds = [UncertainSum](repeating: UncertainSum(), count: batches.count + 1)
        for index in batches.indices.reversed() { rounds[index] = rounds[index + 1] + batches[index].each }
        var (elapsed, served) = (start, 0.0)
        for (index, batch) in batches.enumerated() {
            elapsed += rounds[index].times(batch.prompts - served)
            served = batch.prompts
            if let name = batch.batch { ends[name] = elapsed }
        }
        return elapsed
    }

    /// What is lost at the end, while one slot after another falls idle.
    private func drainSeconds(of served: [BacklogClass], at lane: Int) -> Double {
        let slots = busySlots[lane]
        guard let largest = served.max(by: { $0.tokens < $1.tokens }),
            served.reduce(0, { $0 + $1.prompts }) > slots
        else { return 0 }
        return LaneDrain(forecast: largest.forecast, setting: settings[lane], slots: slots, model: model)
            .seconds(tokensEach: largest.tokensEach)
    }
}
