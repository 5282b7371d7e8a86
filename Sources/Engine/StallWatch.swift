import FoundationEssentials

/// Watches that an engine shows signs of life while it is used.
///
/// An answer comes in one piece at its end, so the silence before it tells nothing. llama-server is asked for
/// `/slots` instead: its main loop answers between two steps, and the figures of a slot at work change with every
/// step. Silence, and slots at work that do not change, are no sign of life. Of a server without that page, any
/// answer is one; so is a refused connection, which is a fault of its own that the requests meet.
struct StallWatch: Sendable {
    let connection: EngineConnection
    /// How long there may be no sign of life. Time in which the machine is suspended does not count.
    let limit: StallLimit
    /// How often the limit is looked at while there is none.
    private static let idleInterval: Duration = .seconds(1)

    /// Runs `body`, and cancels it where the engine stalls.
    ///
    /// - Throws: ``EngineError/stalled(after:)``, and what `body` throws.
    func run<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Swift.Result<Result, EngineError>.self) { group in
            group.addTask { .success(try await body()) }
            group.addTask { .failure(.stalled(after: try await waitForStall())) }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return try first.get()
        }
    }

    /// - Returns: The time for which there was no sign of life.
    private func waitForStall() async throws -> Duration {
        let clock = SuspendingClock()
        var lastSign = clock.now
        var lastSlots: [UInt8] = []
        while true {
            let limit = limit.current
            guard limit > .zero else {
                try await Task.sleep(for: Self.idleInterval, clock: clock)
                lastSign = clock.now
                continue
            }
            let rest = limit - lastSign.duration(to: clock.now)
            guard rest > .zero else { return limit }
            if let slots = try await slots(timeout: rest), slots.isEmpty || slots != lastSlots {
                lastSign = clock.now
                lastSlots = slots
            }
            try await Task.sleep(for: min(limit / 8, .seconds(15)), clock: clock)
        }
    }

    /// What `/slots` says of slots at work; empty where another sign of life came, nil where none did.
    private func slots(timeout: Duration) async throws -> [UInt8]? {
        let reply: EngineReply
        do throws(EngineError) {
            reply = try await connection.exchange(path: "/slots", timeout: timeout)
        } catch {
            switch error {
            case .timedOut: return nil
            case .cancelled: throw CancellationError()
            default: return []
            }
        }
        guard reply.statusCode == 200,
            let slots = try? JSONDecoder().decode([LlamaServerSlot].self, from: Data(reply.body)),
            slots.contains(where: \.isProcessing)
        else { return [] }
        return reply.body
    }
}
