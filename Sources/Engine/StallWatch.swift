import FoundationEssentials

/// The page of an engine whose figures change with every step while it is at work.
public enum ProgressPage: Sendable {
    /// What each slot does.
    case slots
    /// Counters, among them the cache's tokens.
    case metrics

    var path: String {
        switch self {
        case .slots: "/slots"
        case .metrics: "/metrics"
        }
    }

    /// Whether the page shows a request being worked on.
    func showsWork(_ body: [UInt8]) -> Bool {
        switch self {
        case .slots:
            let slots = try? JSONDecoder().decode([LlamaServerSlot].self, from: Data(body))
            return slots?.contains(where: \.isProcessing) == true
        case .metrics:
            return LlamaServerMetrics(parsing: String(decoding: body, as: UTF8.self)).requestsProcessing > 0
        }
    }
}

/// Watches that an engine shows signs of life while it is used.
///
/// An answer comes in one piece at its end, so the silence before it tells nothing. llama-server is asked for
/// a page of figures instead: its main loop answers between two steps, and while it is at work they change with every
/// step. Silence, and work without a change, are no sign of life. Of a server without that page, any
/// answer is one; so is a refused connection, which is a fault of its own that the requests meet.
struct StallWatch: Sendable {
    let connection: EngineConnection
    let page: ProgressPage
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
        var lastFigures: [UInt8] = []
        while true {
            let limit = limit.current
            guard limit > .zero else {
                try await Task.sleep(for: Self.idleInterval, clock: clock)
                lastSign = clock.now
                continue
            }
            let rest = limit - lastSign.duration(to: clock.now)
            guard rest > .zero else { return limit }
            if let figures = try await figuresOfWork(timeout: rest),
                figures.isEmpty || figures != lastFigures
            {
                lastSign = clock.now
                lastFigures = figures
            }
            try await Task.sleep(for: min(limit / 8, .seconds(15)), clock: clock)
        }
    }

    /// What the page says while there is work; empty where another sign of life came, nil where none did.
    private func figuresOfWork(timeout: Duration) async throws -> [UInt8]? {
        let reply: EngineReply
        do throws(EngineError) {
            reply = try await connection.exchange(path: page.path, timeout: timeout)
        } catch {
            switch error {
            case .timedOut: return nil
            case .cancelled: throw CancellationError()
            default: return []
            }
        }
        return reply.statusCode == 200 && page.showsWork(reply.body) ? reply.body : []
    }
}
