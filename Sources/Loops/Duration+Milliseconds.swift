extension Duration {
    /// The duration in milliseconds, fractions included.
    package var inMilliseconds: Double { self / .milliseconds(1) }
    /// The duration in seconds, fractions included.
    package var inSeconds: Double { self / .seconds(1) }
}
