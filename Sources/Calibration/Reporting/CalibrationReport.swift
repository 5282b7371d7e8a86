import Settings

/// What a calibration found.
public struct CalibrationReport: Sendable {
    public let parameters: SweepParameters
    /// One for each engine and condition that has results, in the order of the parameters.
    public let panels: [ReportPanel]
    /// Whether everything was measured.
    public let isComplete: Bool
    public let failures: [LaneFailure]
    public let learned: SweepLearning.Record?
    /// Which program is the fastest; nil where one is measured.
    public let comparison: EngineComparison?
    /// The line that makes the daemon run it.
    public let configurationLine: String?

    public init(
        plan: SweepPlan, measurements: [SweepMeasurement], failures: [LaneFailure] = [],
        learned: SweepLearning.Record? = nil, comparison: EngineComparison? = nil,
        configured: SpeculationSettings? = nil
    ) {
        parameters = plan.parameters
        let done = Set(measurements.map(\.key))
        isComplete = plan.keys.allSatisfy(done.contains)
        self.failures = failures
        self.learned = learned
        self.comparison = comparison
        configurationLine = comparison.flatMap { comparison in
            configured.map {
                RecommendedConfiguration(
                    entry: comparison.recommended, engines: plan.parameters.engines, configured: $0
                ).line
            }
        }
        panels = parameters.engines.indices.flatMap { engine in
            plan.parameters.conditions.indices.compactMap { condition in
                ReportPanel(
                    engine: plan.parameters.engines[engine],
                    condition: plan.parameters.conditions[condition],
                    measurements: measurements.filter {
                        $0.key.engine == engine && $0.key.condition == condition
                    })
            }
        }
    }
}
