extension ControlBox {
    private static let pollInterval: Duration = .milliseconds(20)

    /// Asks for something and waits up to `limit` for the reply; `isServed` is asked between two looks.
    ///
    /// - Returns: Nil where nobody serves the requests; this one waits until somebody does.
    /// - Throws: ``MissingReply`` after `limit`; ``SpoolError`` if the request cannot be written or the reply not read;
    ///   `CancellationError`; what `isServed` throws.
    public func ask(
        _ request: ControlRequest, within limit: Duration, isServed: () throws -> Bool = { true }
    ) async throws -> ControlReply? {
        let id = try ask(request)
        let deadline = ContinuousClock.now + limit
        while true {
            if let reply = try takeReply(to: id) { return reply }
            guard try isServed() else { return nil }
            guard ContinuousClock.now < deadline else { throw MissingReply(wasWithdrawn: withdraw(id)) }
            try await Task.sleep(for: Self.pollInterval)
        }
    }
}

/// A request was not replied to in time.
public struct MissingReply: Error, Sendable {
    /// Whether it was taken back; otherwise it is being carried out.
    public let wasWithdrawn: Bool
}
