import Foundation
import Spool
import Synchronization

/// Requests that are under way, so that one can be aborted under way.
package final class RequestsInFlight: Sendable {
    private let cancellations = Mutex<[PromptKey: @Sendable () -> Void]>([:])

    package init() {}

    package var count: Int { cancellations.withLock(\.count) }

    /// Runs `body` so that ``abort(where:)`` cancels it, as cancelling the calling task does. It is cancelled at once if
    /// `deadline` has passed: who aborts what is overdue may have looked before.
    ///
    /// - Throws: what `body` throws.
    func run<Result: Sendable, Failure: Error>(
        _ key: PromptKey, until deadline: Date? = nil,
        _ body: @escaping @Sendable () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        let task = Task { () async -> Swift.Result<Result, Failure> in
            do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
        }
        cancellations.withLock { $0[key] = { task.cancel() } }
        defer { cancellations.withLock { $0[key] = nil } }
        if let deadline, deadline <= Date() { task.cancel() }
        return try await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }.get()
    }

    /// Aborts the sending of prompts.
    ///
    /// - Returns: How many were being sent.
    package func abort(where isMeant: (PromptKey) -> Bool) -> Int {
        let meant = cancellations.withLock { all in all.filter { isMeant($0.key) }.map(\.value) }
        for cancel in meant { cancel() }
        return meant.count
    }
}
