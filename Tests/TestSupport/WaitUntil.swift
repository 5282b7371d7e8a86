/// Looks every millisecond whether something is so, and leaves the processor to what is waited for in between.
///
/// - Throws: `CancellationError` when the test's time is over, or what `condition` throws.
public func waitUntil(
    isolation: isolated (any Actor)? = #isolation, _ condition: () async throws -> Bool
) async throws {
    while try await !condition() { try await Task.sleep(for: .milliseconds(1)) }
}

/// Suspends until the task is cancelled.
///
/// - Throws: `CancellationError`, then.
public func waitForCancellation() async throws {
    for await _ in AsyncStream<Never>(Never.self, { _ in }) {}
    throw CancellationError()
}
