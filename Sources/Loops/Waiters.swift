/// Those who wait until an actor's state has changed.
///
/// ```swift
/// while !condition(), !Task.isCancelled { await waiters.wait() }
/// ```
///
/// Who has to suspend while looking whether to wait reads ``changes`` before, and does not wait if it has grown.
package final class Waiters {
    /// One of them.
    private struct Waiter: Sendable {
        let number: Int
        let change: AsyncStream<Void>

        /// Returns at the next change, when `deadline` has come, or when the task is cancelled.
        func wait(until deadline: ContinuousClock.Instant?) async {
            guard let deadline else {
                for await _ in change { break }
                return
            }
            await wait(unlessAfter: { try await Task.sleep(until: deadline, clock: .continuous) })
        }

        /// Returns at the next change, when `sleep` returns, or when the task is cancelled.
        func wait(unlessAfter sleep: @escaping @Sendable () async throws -> Void) async {
            _ = try? await unless({ for await _ in change { break } }, sleep)
        }
    }

    /// How often the state has changed.
    package private(set) var changes = 0
    private var sleeping: [Int: AsyncStream<Void>.Continuation] = [:]
    private var lastNumber = 0

    package init() {}

    /// Returns at the next change, when `deadline` has come, or when the task is cancelled.
    package func wait(
        isolation: isolated (any Actor)? = #isolation, until deadline: ContinuousClock.Instant? = nil
    ) async {
        let waiter = add()
        await waiter.wait(until: deadline)
        sleeping[waiter.number] = nil
    }

    /// Returns at the next change, when `sleep` returns, or when the task is cancelled.
    package func wait(
        isolation: isolated (any Actor)? = #isolation,
        unlessAfter sleep: @escaping @Sendable () async throws -> Void
    ) async {
        let waiter = add()
        await waiter.wait(unlessAfter: sleep)
        sleeping[waiter.number] = nil
    }

    private func add() -> Waiter {
        lastNumber += 1
        let (change, wakeUp) = AsyncStream<Void>.makeStream()
        sleeping[lastNumber] = wakeUp
        return Waiter(number: lastNumber, change: change)
    }

    package func wakeAll() {
        changes += 1
        for waiter in sleeping.values { waiter.finish() }
        sleeping = [:]
    }
}

/// Runs `body`, and cancels it when `end` returns first.
///
/// - Returns: Nil if `end` did.
package func unless<Result: Sendable>(
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
