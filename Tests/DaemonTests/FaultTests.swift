import Foundation
import Testing

@Suite("Crashes and stops on the real engine", .serialized)
struct FaultTests {
    private func expectExactlyOnce(_ output: BatchOutput, _ ids: [String]) {
        #expect(output.answeredIDs == ids)
        #expect(output.errors.isEmpty)
        #expect(output.timings.map(\.customID) == ids)
    }

    @Test("kill -9 of the engine mid-batch: it is started again, every prompt is answered once")
    func engineKilled() async throws {
        let site = try TestSite(
            engine: "  slots: 2",
            settings: TestSite.oneLane + "dispatch:\n  retry-delay: 100ms\n  max-attempts: 5")
        try await site.start()
        try site.drop("first.jsonl", Prompts.stories(2, tokens: 60))
        _ = try await site.output("first")
        try await site.dropAtFrozenEngines("batch.jsonl", Prompts.stories(10, tokens: 60), inFlight: 2)
        let engines = site.engines
        #expect(engines.count == 1)
        for engine in engines { kill(engine, SIGKILL) }
        let output = try await site.output("batch")
        expectExactlyOnce(output, (0..<10).map { "story-\($0)" })
        #expect(output.timings.count { $0.attempts == 2 } == 2)
        #expect(site.log.contains("The engine is gone"))
    }

    @Test("kill -9 of the daemon mid-batch: after a restart every prompt is answered exactly once")
    func daemonKilled() async throws {
        let site = try TestSite(
            engine: "  slots: 2", settings: TestSite.oneLane + "dispatch:\n  max-attempts: 5")
        try await site.start()
        try await site.dropAtFrozenEngines("batch.jsonl", Prompts.stories(24, tokens: 60), inFlight: 2)
        for answered in [0, 2, 8] {
            try await site.wait("\(answered) prompts are answered") { site.answeredSoFar >= answered }
            let engines = Set(site.engines)
            site.signal(SIGKILL)
            #expect(try await site.waitForExit() == -SIGKILL)
            site.thawEngines()
            try await site.start()
            #expect(engines.isDisjoint(with: site.engines), "those of before are stopped")
        }
        let output = try await site.output("batch")
        expectExactlyOnce(output, (0..<24).map { "story-\($0)" })
        #expect(site.log.contains("Going on with"))
    }

    @Test("SIGTERM drains: the prompts in flight finish, the rest is answered after the next start")
    func drain() async throws {
        let site = try TestSite(
            engine: "  slots: 2", settings: TestSite.oneLane + "dispatch:\n  drain-timeout: 1h")
        try await site.start()
        try await site.dropAtFrozenEngines("batch.jsonl", Prompts.stories(8, tokens: 60), inFlight: 2)
        site.signal(SIGTERM)
        try await site.wait("the daemon drains") { try site.status()?.state == .draining }
        site.thawEngines()
        #expect(try await site.waitForExit() == 0)
        #expect(try site.status()?.state == .stopped)
        #expect(site.engines.isEmpty)
        #expect(try site.status()?.batches.first?.answered == 2)
        try await site.start()
        let output = try await site.output("batch")
        expectExactlyOnce(output, (0..<8).map { "story-\($0)" })
        #expect(output.timings.allSatisfy { $0.attempts == 1 })
    }

    @Test("A second SIGTERM, and a drain timeout, stop at once and lose nothing")
    func hardStop() async throws {
        let engine = "  slots: 2\n  stop-timeout: 500ms"
        let site = try TestSite(
            engine: engine, settings: TestSite.oneLane + "dispatch:\n  drain-timeout: 1h")
        try await site.start()
        try await site.dropAtFrozenEngines("batch.jsonl", Prompts.stories(4, tokens: 60), inFlight: 2)
        site.signal(SIGTERM)
        try await site.wait("the daemon drains") { try site.status()?.state == .draining }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
        try site.configure(engine: engine, settings: TestSite.oneLane + "dispatch:\n  drain-timeout: 500ms")
        try await site.start()
        expectExactlyOnce(try await site.output("batch"), (0..<4).map { "story-\($0)" })
        try await site.dropAtFrozenEngines("late.jsonl", Prompts.stories(4, tokens: 60), inFlight: 2)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
        try await site.start()
        expectExactlyOnce(try await site.output("late"), (0..<4).map { "story-\($0)" })
    }

    @Test("A second daemon on the same spool is refused")
    func secondDaemon() async throws {
        let site = try TestSite(settings: TestSite.oneLane)
        try await site.start()
        let first = site.daemon
        let second = try site.launch()
        try await site.wait("the second daemon ends") { !second.isRunning }
        #expect(second.status == 1)
        #expect(
            site.log.contains("another draftspoold owns it (process \(first?.processIdentifier ?? 0))"))
        if let first {
            #expect(first.isRunning)
            first.send(SIGTERM)
            try await site.wait("the first daemon ends") { !first.isRunning }
        }
    }

    @Test("The kernel's word that a file on which a lease was held is being written ends nothing")
    func leaseSignal() async throws {
        let site = try TestSite(settings: TestSite.oneLane)
        try await site.start()
        for _ in 0..<3 { site.signal(SIGIO) }
        try site.drop("batch.jsonl", Prompts.code(1))
        #expect(try await site.output("batch").answers.count == 1)
        #expect(site.daemon?.isRunning == true)
    }

    @Test("A second daemon with a spool of its own but the same state directory is refused and harms nothing")
    func sharedStateDirectory() async throws {
        let site = try TestSite(settings: TestSite.oneLane)
        try await site.start()
        let (first, engines) = (try #require(site.daemon), site.engines)
        for key in ["state-directory", "runtime-directory"] {
            let other = try TestSite()
            var text = try String(contentsOfFile: other.configFile, encoding: .utf8)
            let name = key == "state-directory" ? "/state" : "/run"
            text = text.replacingOccurrences(of: other.root + name, with: site.root + name)
            try text.write(toFile: other.configFile, atomically: true, encoding: .utf8)
            try other.launch()
            #expect(try await other.waitForExit() == 1)
            #expect(other.log.contains("another draftspoold owns it (process \(first.processIdentifier))"))
            #expect(other.log.contains("set another \(key)"))
        }
        #expect(site.engines == engines)
        // What finds the state directory learns from it which spool it is of.
        let note = try String(contentsOfFile: site.root + "/state/spool", encoding: .utf8)
        #expect(note == site.layout.root + "\n")
        try site.drop("batch.jsonl", Prompts.code(1))
        #expect(try await site.output("batch").answers.count == 1)
    }
}
