import Workload

/// What one workload did at one setting: medians over repeats.
public struct ReportRow: Hashable, Sendable {
    public var workload: Workload
    public var setting: SweepSetting
    public var repeats: Int
    public var generations: Int
    public var generatedTokens: Int
    /// Of all slots together.
    public var tokensPerSecond: Double
    /// Speed against off in the same repeat, median; nil where off was not measured.
    public var speedup: Double?
    /// The least and the greatest of the repeats.
    public var speedupRange: ClosedRange<Double>?
    /// Accepted / drafted tokens; nil where nothing was drafted or the engine does not count.
    public var acceptance: Double?
    /// Share of the drafting steps that accepted the draft at each position; empty unless measured alone.
    public var acceptancePerPosition: [Double]
    /// Drafted tokens a step.
    public var draftsPerStep: Double?
    /// Tokens a step.
    public var tokensPerStep: Double?
    /// Time of a step of a slot, in milliseconds.
    public var stepMilliseconds: Double?

    /// Nil if nothing was generated.
    init?(
        workload: Workload, setting: SweepSetting, measurements: [SweepMeasurement],
        baseline: [SweepMeasurement],
        slots: Int
    ) {
        let speeds = measurements.compactMap { $0.tokensPerSecond(slots: slots) }
        guard let speed = Median.of(speeds) else { return nil }
        self.workload = workload
        self.setting = setting
        let requests = measurements.flatMap(\.requests)
        repeats = speeds.count
        generations = requests.count
        generatedTokens = requests.reduce(0) { $0 + $1.generatedTokens }
        tokensPerSecond = speed

        let ratios = measurements.compactMap { measurement -> Double? in
            let pair = baseline.first { $0.key.repetition == measurement.key.repetition }
            guard let own = measurement.tokensPerSecond(slots: slots),
                let other = pair?.tokensPerSecond(slots: slots)
            else { return nil }
            return own / other
        }
        speedup = Median.of(ratios)
        if let least = ratios.min(), let greatest = ratios.max() { speedupRange = least...greatest }

        acceptancePerPosition = Self.positions(of: requests, depth: setting.draft.depth)
        guard requests.allSatisfy({ $0.acceptedTokens != nil }) || !setting.isSpeculating else { return }
        let drafted = requests.reduce(0) { $0 + ($1.draftedTokens ?? 0) }
        let accepted = requests.reduce(0) { $0 + ($1.acceptedTokens ?? 0) }
        let steps = Double(generatedTokens - generations - accepted)
        if drafted > 0 { acceptance = Double(accepted) / Double(drafted) }
        guard steps > 0 else { return }
        draftsPerStep = Double(drafted) / steps
        tokensPerStep = Double(generatedTokens - generations) / steps
        stepMilliseconds = requests.reduce(0) { $0 + $1.generationMilliseconds } / steps
    }

    private static func positions(of requests: [MeasuredRequest], depth: Int) -> [Double] {
        var sums: [Int] = []
        var steps = 0
        for request in requests {
            guard let counts = request.acceptedPerPosition, let drafting = request.draftingSteps else {
                continue
            }
            steps += drafting
            for (index, count) in counts.enumerated() {
                if index == sums.count { sums.append(0) }
                sums[index] += count
            }
        }
        guard steps > 0 else { return [] }
        while sums.count < depth { sums.append(0) }
        return sums.map { Double($0) / Double(steps) }
    }
}
