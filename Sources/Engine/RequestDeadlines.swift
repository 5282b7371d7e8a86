import Synchronization

/// Ends requests that take too long.
///
/// One task looks every ``precision`` at the requests under way. A timer a request would cost more, and with
/// `Task.sleep` stay in memory for its whole length though the request was answered long before.
final class RequestDeadlines: Sendable {
    private struct Request {
        /// On the clock that stands still while the machine is suspended: the engine stands still too.
        let deadline: SuspendingClock.Instant
        let cancel: @Sendable () -> Void
    }

    private struct State {
        var requests: [Int: Request] = [:]
        var lastID = 0
    }

    private static let precision: Duration = .milliseconds(50)

    private let state = Mutex(State())

    /// Watches the requests until the task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.precision, clock: .suspending)
            let now = SuspendingClock.now
            let late = state.withLock { state in
                state.requests.values.filter { $0.deadline <= now }.map(\.cancel)
            }
            for cancel in late { cancel() }
        }
    }

    /// Runs `body`, and cancels it after `limit`.
    ///
    /// - Returns: Nil if it took longer.
    /// - Throws: what `body` throws.
    func run<Result: Sendable>(
        limit: Duration, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        let task = Task(operation: body)
        let deadline = SuspendingClock.now.advanced(by: limit)
        let id = state.withLock { state in
            state.lastID += 1
            state.requests[state.lastID] = Request(deadline: deadline, cancel: { task.cancel() })
            return state.lastID
        }
        defer { state.withLock { $0.requests[id] = nil } }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch {
            if task.isCancelled, !Task.isCancelled, deadline <= .now { return nil }
            throw error
        }
    }
}
