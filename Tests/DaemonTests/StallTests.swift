import Foundation
import Synchronization
import Testing

/// How long an engine may be silent is longer here than a busy machine lets one stand still that works.
@Suite("Engines that show no sign of life", .serialized)
struct StallTests {
    private let limit = 15

    private let ids = (0..<12).map { "p-\($0)" }

    /// Twelve prompts of which the seventh has the given text.
    private func batch(with text: String = "This is p-6.") -> String {
        ids.map { id in
            #"{"id": "\#(id)", "prompt": "\#(id == "p-6" ? text : "This is \(id).")"}"# + "\n"
        }.joined()
    }

    @Test(
        "Where it hangs, or stops making progress, it is stopped and started anew",
        arguments: ["HANG", "STUCK"])
    func managedEngine(fault: String) async throws {
        let site = try FaultyServer.site(
            engine: "  slots: 4\n  stall-timeout: \(limit)s",
            settings: "dispatch:\n  retry-delay: 50ms\n  max-attempts: 2")
        try await site.start()
        try site.drop("batch.jsonl", batch(with: fault))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids.filter { $0 != "p-6" })
        #expect(output.error("p-6")?.error?.message.contains("no sign of life for \(limit) s") == true)
        try await site.wait("the next engine runs") { site.engines.count == 1 }
    }

    @Test("Where an endpoint falls silent, its prompts are sent again once it speaks")
    func endpoint() async throws {
        let site = try TestSite()
        try site.configure(
            engine: "  endpoint: unix:\(site.root)/e.sock\n  slots: 4\n  stall-timeout: \(limit)s",
            settings: "dispatch:\n  retry-delay: 50ms\n  max-attempts: 10")
        let isSilent = Mutex(false)
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            let isLook = request == FaultyEngine.slots
            guard isSilent.withLock({ $0 }), isLook || request.contains("This is p-") else {
                return isLook ? .http("404 Not Found", headers: [], body: "{}") : .completion()
            }
            return .silence
        }
        defer { engine.stop() }
        try await site.start()
        isSilent.withLock { $0 = true }
        try site.drop("batch.jsonl", batch())
        try await site.wait("the daemon notices") { site.log.contains("no sign of life for \(limit) s") }
        isSilent.withLock { $0 = false }
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.errors.isEmpty)
    }

    @Test("A long prompt is no stall while the real engine makes progress")
    func progress() async throws {
        let site = try TestSite(
            engine: "  slots: 1\n  stall-timeout: \(limit)s", context: 32768, settings: TestSite.oneLane)
        try await site.start()
        let engines = site.engines
        try site.drop("batch.jsonl", Prompts.stories(1, tokens: 30_000))
        try await site.wait("it is at the engine") { try site.status()?.running == 1 }
        // It works for a second in three, so that it takes longer than a stall and leaves the processor to others.
        let end = ContinuousClock.now + .seconds(limit + 5)
        while ContinuousClock.now < end {
            site.freezeEngines()
            for _ in 0..<2 { try await site.nextStatus() }
            site.thawEngines()
            try await site.nextStatus()
        }
        #expect(site.engines == engines && !site.log.contains("no sign of life"))
        #expect(try site.status()?.running == 1)
        site.signal(SIGKILL)
        _ = try await site.waitForExit()
    }
}
