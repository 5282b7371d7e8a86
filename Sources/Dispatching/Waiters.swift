/// Those who wait until an actor's state has changed.
///
/// ```swift
/// while !condition(), !Task.isCancelled { for await _ in waiters.next() { break } }
/// ```
struct Waiters {
    private var sleeping: [AsyncStream<Void>.Continuation] = []

    /// Ends at the next change, or when the task is cancelled.
    mutating func next() -> AsyncStream<Void> {
        let (wakeUps, wakeUp) = AsyncStream<Void>.makeStream()
        sleeping.append(wakeUp)
        return wakeUps
    }

    mutating func wakeAll() {
        for waiter in sleeping { waiter.finish() }
        sleeping = []
    }
}

/// Runs `body`, and cancels it when `end` returns first.
///
/// - Returns: Nil if `end` did.
func unless<Result: Sendable>(
    _ end: @escaping @Sendable () async -> Void, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result? {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            await end()
            return nil
        }
        defer { group.cancelAll() }
        return try await group.next() ?? nil
    }
}
