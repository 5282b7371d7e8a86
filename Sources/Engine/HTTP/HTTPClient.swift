import CCurl
import Synchronization
import SystemPackage

/// HTTP exchanges by libcurl, any number at the same time, on one thread.
///
/// A connection is used again as long as the server leaves it open, but not once it was idle for
/// ``TransferLoop/idleSeconds``. No request is sent twice, and no redirect is followed.
final class HTTPClient: Sendable {
    typealias Outcome = Result<EngineReply, EngineError>

    /// A request on its way to the thread.
    struct Order: Sendable {
        let id: Int
        let request: HTTPRequest
        let continuation: CheckedContinuation<Outcome, Never>
    }

    /// What the thread is to do.
    struct Inbox: Sendable {
        var orders: [Order] = []
        var cancelled: [Int] = []
        /// Why nothing more is taken, once that is so.
        var end: EngineError?

        var isEmpty: Bool { orders.isEmpty && cancelled.isEmpty && end == nil }
    }

    let tls: TLSFiles
    /// The most connections kept for further requests; there may be more of them while requests run.
    let keptConnections: Int
    let events: EventQueue
    private let inbox = Mutex(Inbox())
    private let lastID = Atomic(0)

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Runs `body` with a client, and closes its connections afterwards.
    ///
    /// - Throws: ``EngineError/unreachable(_:)`` where the process has too many files open, and what `body` throws.
    static func run<Value: Sendable>(
        tls: TLSFiles, keptConnections: Int, body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let client = try HTTPClient(tls: tls, keptConnections: keptConnections)
        async let thread: Void = client.runThread()
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(client))
        } catch {
            result = .failure(error)
        }
        client.post { $0.end = .cancelled }
        await thread
        return try result.get()
    }

    private init(tls: TLSFiles, keptConnections: Int) throws(EngineError) {
        guard Self.isLibraryReady else { throw .unreachable("libcurl cannot be used on this system") }
        self.tls = tls
        self.keptConnections = keptConnections
        do {
            events = try EventQueue()
        } catch {
            throw .unreachable("no connection can be watched: \(error)")
        }
    }

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// Cancelling the task aborts it at once.
    func exchange(_ request: HTTPRequest) async -> Outcome {
        guard !Task.isCancelled else { return .failure(.cancelled) }
        let id = lastID.add(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let order = Order(id: id, request: request, continuation: continuation)
                if let end = post({ $0.orders.append(order) }) {
                    return continuation.resume(returning: .failure(end))
                }
                // The handler may have run before the order was posted.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func cancel(_ id: Int) {
        post { $0.cancelled.append(id) }
    }

    /// - Returns: why nothing was posted, if the client takes nothing more.
    @discardableResult
    private func post(_ change: (inout Inbox) -> Void) -> EngineError? {
        let (end, isFirst) = inbox.withLock { inbox -> (EngineError?, Bool) in
            if let end = inbox.end { return (end, false) }
            let isFirst = inbox.isEmpty
            change(&inbox)
            return (nil, isFirst)
        }
        if isFirst { events.ring() }
        return end
    }

    /// Empties the inbox.
    func takeInbox() -> Inbox {
        inbox.withLock { inbox in
            defer { inbox = Inbox(end: inbox.end) }
            return inbox
        }
    }

    /// Runs the thread until the client is closed.
    private func runThread() async {
        await withCheckedContinuation { continuation in
            let problem = TransferThread.start {
                TransferLoop(client: self).run()
                continuation.resume()
            }
            guard let problem else { return }
            let end = EngineError.unreachable("no thread for connections can be started: \(problem)")
            post { $0.end = end }
            for order in takeInbox().orders { order.continuation.resume(returning: .failure(end)) }
            continuation.resume()
        }
    }
}
