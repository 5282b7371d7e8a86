/// What the dispatcher has done since the daemon started.
package struct DispatchCounts: Sendable {
    /// Generations whose speed is averaged.
    private static let window = 32

    var running = 0
    package var answered = 0
    package var failed = 0
    private var recent: [(tokens: Int, milliseconds: Double)] = []

    /// Remembers a finished generation.
    mutating func noteGeneration(tokens: Int, milliseconds: Double) {
        recent.append((tokens, milliseconds))
        if recent.count > Self.window { recent.removeFirst() }
    }

    /// Adds what another dispatcher has done.
    mutating func add(_ other: DispatchCounts) {
        running += other.running
        answered += other.answered
        failed += other.failed
        recent = (recent + other.recent).suffix(Self.window)
    }

    /// Tokens per second of one slot, over the last generations.
    package var tokensPerSecond: Double? {
        let milliseconds = recent.reduce(0) { $0 + $1.milliseconds }
        guard milliseconds > 0 else { return nil }
        return 1000 * Double(recent.reduce(0) { $0 + $1.tokens }) / milliseconds
    }
}
