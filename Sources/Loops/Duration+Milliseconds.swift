extension Duration {
    /// The duration in milliseconds, fractions included.
    var inMilliseconds: Double { self / .milliseconds(1) }
    /// The duration in seconds, fractions included.
    var inSeconds: Double { self / .seconds(1) }
}
