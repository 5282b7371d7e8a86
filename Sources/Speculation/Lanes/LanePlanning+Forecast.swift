extension LanePlanning {
    /// A batch whose prompts take turns with those of others.
    private struct Turns {
        let batch: String?
        let prompts: Double
        /// Of one prompt.
        let seconds: UncertainSum

        init(of batch: String?, _ parts: [WorkForecast.Part]) {
            let count = Double(max(1, parts.reduce(0) { $0 + $1.prompts }))
            let all = parts.reduce(UncertainSum()) { $0 + $1.seconds }
            self.batch = batch
            prompts = count
            seconds = all.times(1 / count)
        }

        /// The fewer prompts, the sooner it is done.
        static func isSooner(_ left: Turns, _ right: Turns) -> Bool {
            (left.prompts, left.batch ?? "") < (right.prompts, right.batch ?? "")
        }
    }

    /// When what waits is expected to be done, if the lanes of a plan run one after another.
    ///
    /// - Parameter leastSecondsEach: the least time between two prompts.
    func forecast(leastSecondsEach: Double) -> WorkForecast {
        var forecast = WorkForecast()
        var elapsed = UncertainSum()
        let selection = select()
        let lanesInOrder = order(of: selection)
        for lane in lanesInOrder {
            let served = classes.filter { selection.server(of: $0) == lane }
            let parts = served.flatMap {
                self.parts(of: $0, at: lane, leastSecondsEach: leastSecondsEach)
            }
            elapsed += UncertainSum(changeSeconds[lane])
            forecast.changeSeconds += changeSeconds[lane]
            let byPriority = Dictionary(grouping: parts, by: \.priority)
            for priority in byPriority.keys.sorted(by: >) {
                elapsed = Self.serve(byPriority[priority] ?? [], from: elapsed, ends: &forecast.ends)
            }
            if lane == lanesInOrder.last {
                let last = elapsed
                elapsed += UncertainSum(drainSeconds(of: served, at: lane))
                forecast.ends = forecast.ends.mapValues { $0 == last ? elapsed : $0 }
            }
            forecast.parts += parts
        }
        forecast.total = elapsed
        return forecast
    }

    /// The lane that runs now or is next, then the others, most urgent first.
    private func order(of selection: LaneSelection) -> [Int] {
        guard !classes.isEmpty else { return [] }
        let (first, _) = next(selection)
        return [first] + lanes(selection).map(\.lane).filter { $0 != first }
    }

    private func parts(
        of group: BacklogClass, at lane: Int, leastSecondsEach: Double
    ) -> [WorkForecast.Part] {
        let setting = settings[lane]
        let slots = busySlots[lane]
        let prediction = model.predict(group.forecast, setting, busySlots: slots)
        let secondsPerToken = 1 / max(prediction.totalTokensPerSecond, 1e-6)
        let deviation = model.timeDeviation(group.forecast, setting, busySlots: slots)
        return group.members.map { member in
            let entry = backlog[member]
            let kind = PromptKind(entry.traits)
            let tokens = max(1, entry.expectedTokens)
            let length = model.lengthSpread(entry.traits, expected: tokens)
            let count = Double(entry.prompts)
            let seconds = tokens * secondsPerToken
            let one =
                seconds < leastSecondsEach
                ? UncertainSum(leastSecondsEach)
                : UncertainSum(of: seconds, length: length, speed: deviation)
            return WorkForecast.Part(
                key: entry.key, kind: kind, batch: entry.traits.batch, priority: entry.priority,
                prompts: entry.prompts, setting: setting, busySlots: slots,
                tokens: UncertainSum(of: tokens, length: length).times(count), seconds: one.times(count),
                basis: model.timeBasis(kind, setting, busySlots: slots),
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
        let batches = Dictionary(grouping: parts, by: \.batch)
        let turns = batches.map { batch, parts in Turns(of: batch, parts) }.sorted(by: Turns.isSooner)
        // What a round takes, with a prompt of each batch that is not done before this one.
        var rounds = [UncertainSum](repeating: UncertainSum(), count: turns.count + 1)
        for index in turns.indices.reversed() { rounds[index] = rounds[index + 1] + turns[index].seconds }
        var elapsed = start
        var served = 0.0
        for (index, turn) in turns.enumerated() {
            elapsed += rounds[index].times(turn.prompts - served)
            served = turn.prompts
            if let batch = turn.batch { ends[batch] = elapsed }
        }
        return elapsed
    }

    /// What is lost at the end, while one slot after another falls idle.
    private func drainSeconds(of served: [BacklogClass], at lane: Int) -> Double {
        let slots = busySlots[lane]
        let prompts = served.reduce(0) { $0 + $1.prompts }
        guard let largest = served.max(by: { $0.tokens < $1.tokens }), prompts > slots else { return 0 }
        return LaneDrain(forecast: largest.forecast, setting: settings[lane], slots: slots, model: model)
            .seconds(tokensEach: largest.tokensEach)
    }
}
