/// What the classifier makes of one request.
public struct Classification: Sendable, Hashable {
    /// How probable each workload is.
    public let distribution: WorkloadDistribution

    /// The most probable workload.
    public var label: Workload { distribution.label }

    /// The calibrated probability of ``label``.
    public var confidence: Double { distribution.confidence }

    /// Wraps a distribution, for example an override's.
    public init(distribution: WorkloadDistribution) {
        self.distribution = distribution
    }
}
