import Foundation
import Logging
import NIOPosix
import Settings
import Spool
import Synchronization

/// The API of a spool: OpenAI's files and batches over HTTP, and a page for people.
///
/// It only looks at the ledger and the status, and submits and cancels by the doors that the command-line tool uses. If
/// it cannot be served, the spool is served all the same.
public final class WebService: Sendable {
    /// Between two tries to listen.
    private static let retryInterval: Duration = .seconds(10)
    /// Between two looks at the batches that the ledger does not have yet.
    private static let settleInterval: Duration = .seconds(1)
    private static let pruneInterval: Duration = .seconds(3600)
    /// How long requests have to end at a stop.
    private static let endingTime: Duration = .seconds(3)

    /// One thread that is never ended: what a connection leaves behind tells its loop when it is released.
    private static let eventLoops = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private struct State {
        var isFinishing = false
        var servers: [ConnectionServer] = []
        var feed: StatusFeed?
    }

    private let ledger: Ledger
    private let layout: SpoolLayout
    private let settings: @Sendable () -> Settings
    private let metrics: @Sendable () async -> String
    private let passedSockets: [Int32]
    private let executor: any TaskExecutor
    private let patience: Patience
    private let logger: Logger
    private let uploads: UploadStore
    private let book: OrderBook
    private let startedAt = Date()
    private let state = Mutex(State())

    /// `metrics` is what the daemon counts, in Prometheus' text format. `passedSockets` are sockets that the service manager has
    /// opened, which are listened on in place of the configured one. `executor` runs what waits for the disk.
    public convenience init(
        ledger: Ledger, layout: SpoolLayout, settings: @escaping @Sendable () -> Settings,
        metrics: @escaping @Sendable () async -> String, passedSockets: [Int32],
        executor: any TaskExecutor, logger: Logger
    ) {
        self.init(
            ledger: ledger, layout: layout, settings: settings, metrics: metrics,
            passedSockets: passedSockets, executor: executor, patience: Patience(), logger: logger)
    }

    init(
        ledger: Ledger, layout: SpoolLayout, settings: @escaping @Sendable () -> Settings,
        metrics: @escaping @Sendable () async -> String, passedSockets: [Int32],
        executor: any TaskExecutor, patience: Patience, logger: Logger
    ) {
        self.ledger = ledger
        self.layout = layout
        self.settings = settings
        self.metrics = metrics
        self.passedSockets = passedSockets
        self.executor = executor
        self.patience = patience
        self.logger = logger
        uploads = UploadStore(layout: layout, logger: logger)
        book = OrderBook(layout: layout, logger: logger)
    }

    /// Serves until ``finish()``, and looks after the batches of clients until the task is cancelled.
    public func run() async {
        await withTaskExecutorPreference(executor) {
            await persist {
                try uploads.load()
                try await book.load()
            }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.lookAfterOrders() }
                if !passedSockets.isEmpty || settings().web.listener != .off {
                    await persist { try await serve() }
                }
            }
        }
    }

    /// Accepts nothing more, and lets the requests that are on their way end, for a while.
    public func finish() async {
        let (servers, feed) = state.withLock { state in
            state.isFinishing = true
            return (state.servers, state.feed)
        }
        guard !servers.isEmpty else { return }
        await feed?.finish()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for server in servers { await server.finish() } }
            group.addTask { try? await Task.sleep(for: Self.endingTime) }
            await group.next()
            group.cancelAll()
        }
    }

    private var isFinishing: Bool { state.withLock { $0.isFinishing } }

    /// Tries something until it comes to its end.
    private func persist(_ body: () async throws -> Void) async {
        var trouble: String?
        while !Task.isCancelled, !isFinishing {
            do { return try await body() } catch {
                guard !Task.isCancelled else { return }
                if trouble != "\(error)" { logger.error("The API is not served: \(error)") }
                trouble = "\(error)"
            }
            try? await Task.sleep(for: Self.retryInterval)
        }
    }

    private func serve() async throws {
        let name = settings().instance.name.map { " " + $0 } ?? ""
        let templates = try PageTemplates(heading: "Draftspool" + name)
        let feed = StatusFeed(templates: templates) { [layout] in
            Overview(try SpoolStatus.ofThisProcess(in: layout))
        }
        let sockets = try ListeningSockets(settings().web, passed: passedSockets)
        let router = Router(routes: routes(templates, feed))
        let servers = sockets.all.map { socket in
            let gate = Gate(token: socket.isPort ? sockets.token : nil, logger: logger)
            return ConnectionServer(
                socket,
                exchange: Exchange(
                    router: router, gate: gate, templates: templates, patience: patience, logger: logger),
                eventLoops: Self.eventLoops, logger: logger)
        }
        let isLate = state.withLock { state in
            if !state.isFinishing { (state.servers, state.feed) = (servers, feed) }
            return state.isFinishing
        }
        guard !isLate else { return sockets.all.forEach { $0.abandon() } }
        defer {
            state.withLock { ($0.servers, $0.feed) = ([], nil) }
            sockets.all.forEach { $0.removeName() }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for server in servers { group.addTask { try await server.serve() } }
            group.addTask { await feed.run() }
            // The feed ends when all sockets have.
            for _ in servers { try await group.next() }
            group.cancelAll()
        }
        guard isFinishing else { throw WebFailure("a socket was closed") }
    }

    private func routes(_ templates: PageTemplates, _ feed: StatusFeed) -> [Route] {
        let files = FileCatalog(
            uploads: uploads, ledger: ledger, layout: layout,
            uploadAge: { [settings] in settings().retention.uploadAge })
        let catalog = BatchCatalog(book: book, ledger: ledger)
        let batches = BatchRoutes(catalog: catalog, files: files, control: ControlBox(layout: layout))
        let page = PageRoutes(
            templates: templates, feed: feed, catalog: catalog, layout: layout)
        let models = ModelRoutes(layout: layout, settings: settings, startedAt: startedAt)
        return FileRoutes(catalog: files).all + batches.all + models.all + HealthRoute(layout: layout).all
            + MetricsRoute(text: metrics).all + page.all
    }

    private func lookAfterOrders() async {
        var settling = OrderSettling(of: book, by: ledger, in: layout, logger: logger)
        var nextPruning = ContinuousClock.now
        while !Task.isCancelled {
            await settling.settle()
            if nextPruning <= .now {
                do {
                    try await settling.prune()
                    try await pruneUploads()
                } catch {
                    logger.error("\(error)")
                }
                nextPruning = .now + Self.pruneInterval
            }
            try? await Task.sleep(for: Self.settleInterval)
        }
    }

    private func pruneUploads() async throws {
        guard let age = settings().retention.uploadAge else { return }
        let retention = UploadRetention(uploads: uploads, book: book, ledger: ledger, logger: logger)
        try await retention.prune(before: layout.disk.now.addingTimeInterval(-(age / .seconds(1))))
    }
}
