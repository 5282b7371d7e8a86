import Logging
import Settings
import Spool

@testable import Daemon
@testable import Dispatching
@testable import Publishing

/// Serves a queue with a scripted engine while `body` runs.
///
/// - Parameter start: called before the dispatcher runs; `body`, once a lane is up and has nothing to do.
func serve(
    _ engine: ScriptedEngine, flags: [String: String] = [:], work: SharedWork = SharedWork(),
    start: @escaping @Sendable (PartsSite, Dispatcher) async throws -> Void = { _, _ in },
    _ body: @escaping @Sendable (PartsSite, Dispatcher) async throws -> Void
) async throws {
    let site = try await PartsSite(flags: flags)
    let (ready, isReady) = AsyncStream<Void>.makeStream()
    let dispatcher = try site.dispatcher(engine, work: work) { isReady.finish() }
    try await start(site, dispatcher)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await site.parts.recorder.run() }
        group.addTask { try await dispatcher.run() }
        for await _ in ready {}
        await settle()
        try await body(site, dispatcher)
        await dispatcher.drain()
        try await group.next()
        await site.parts.recorder.finish()
        try await group.waitForAll()
    }
}

extension PartsSite {
    /// A dispatcher that serves the site's queue with a scripted engine.
    func dispatcher(
        _ engine: ScriptedEngine, work: SharedWork = SharedWork(),
        onReady: @escaping @Sendable () async -> Void = {}
    ) throws -> Dispatcher {
        parts.dispatchers.makeDispatcher(
            for: ServedConfiguration(
                settings: settings, source: engine, needs: try EngineNeeds(settings.engine)),
            start: .again, work: work, socketPrefix: "lane", onReady: onReady)
    }
}

/// Lets everything run that can, so that who waits is asleep.
func settle() async { for _ in 0..<2000 { await Task.yield() } }

/// Returns when so many batches have all their outcomes.
func completed(_ count: Int, at site: PartsSite) async {
    var left = count
    for await _ in site.parts.recorder.completedBatches {
        left -= 1
        if left == 0 { break }
    }
}
