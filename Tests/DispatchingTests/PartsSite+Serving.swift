import Settings
import Testing

@testable import Dispatching

extension PartsSite {
    /// Serves a site's queue with a scripted engine while `body` runs.
    ///
    /// - Parameter start: runs before the dispatcher does.
    static func whileServing(
        _ engine: ScriptedEngine, flags: [String: String] = [:], work: SharedWork = SharedWork(),
        start: @escaping @Sendable (PartsSite, Dispatcher) async throws -> Void = { _, _ in },
        _ body: @escaping @Sendable (PartsSite, Dispatcher) async throws -> Void
    ) async throws {
        let site = try await PartsSite(flags: flags)
        let (ready, isReady) = AsyncStream<Void>.makeStream()
        let dispatcher = site.parts.makeDispatcher(
            for: ServedConfiguration(
                settings: site.settings, source: engine, needs: try EngineNeeds(site.settings.engine)),
            start: .again, work: work, socketPrefix: "lane", onReady: { isReady.finish() })
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

    /// Lets everything run that can, so that who waits is asleep.
    static func settle() async { for _ in 0..<2000 { await Task.yield() } }

    /// Returns when so many batches have all their outcomes.
    func completed(_ count: Int) async {
        var left = count
        for await _ in parts.recorder.completedBatches {
            left -= 1
            if left == 0 { break }
        }
    }
}
