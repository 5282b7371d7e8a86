/// A step cost with its uncertainty.
struct CostEstimate: Sendable, Hashable {
    /// log τ, τ in milliseconds.
    var logMilliseconds: Double
    /// Gradient of log τ in the fitted parameters, as far as the place was not measured itself.
    var slopes: [Double]
    /// Variance that the cell itself leaves, apart from the fitted parameters.
    var ownVariance: Double
}
