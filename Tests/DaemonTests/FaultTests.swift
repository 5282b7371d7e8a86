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
        let site = try TestSite(settings: "dispatch:\n  retry-delay: 100ms\n  max-attempts: 5")
        try await site.start()
        try site.drop("batch.jsonl", Prompts.stories(20, tokens: 300))
        try await site.wait("some prompts are answered") { site.answeredSoFar >= 3 }
        let engines = site.engines
        #expect(!engines.isEmpty)
        for engine in engines { kill(engine, SIGKILL) }
        let output = try await site.output("batch")
        expectExactlyOnce(output, (0..<20).map { "story-\($0)" })
        #expect(output.timings.contains { $0.attempts > 1 })
        #expect(site.log.contains("The engine is gone"))
    }

    @Test("kill -9 of the daemon mid-batch: after a restart every prompt is answered exactly once")
    func daemonKilled() async throws {
        let site = try TestSite()
        try await site.start()
        try site.drop("batch.jsonl", Prompts.stories(24, tokens: 300))
        for answered in [2, 8] {
            try await site.wait("\(answered) prompts are answered") { site.answeredSoFar >= answered }
            let engines = Set(site.engines)
            site.signal(SIGKILL)
            #expect(try await site.waitForExit() == -SIGKILL)
            try await site.start()
            #expect(engines.isDisjoint(with: site.engines), "those of before are stopped")
        }
        let output = try await site.output("batch")
        expectExactlyOnce(output, (0..<24).map { "story-\($0)" })
        #expect(site.log.contains("Going on with"))
    }

    @Test("SIGTERM drains: the prompt in flight finishes, the rest is answered after the next start")
    func drain() async throws {
        let site = try TestSite()
        try await site.start()
        try site.drop("batch.jsonl", Prompts.stories(16, tokens: 400))
        try await site.wait("a prompt is answered") { site.answeredSoFar >= 1 }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(try site.status()?.state == .stopped)
        #expect(site.engines.isEmpty)
        let answered = try #require(try site.status()?.batches.first?.answered)
        #expect(answered < 16)
        try await site.start()
        let output = try await site.output("batch")
        expectExactlyOnce(output, (0..<16).map { "story-\($0)" })
        #expect(output.timings.allSatisfy { $0.attempts == 1 })
    }

    @Test("A second SIGTERM, and a drain timeout, stop at once and lose nothing")
    func hardStop() async throws {
        let site = try TestSite(context: 4096, settings: "dispatch:\n  drain-timeout: 500ms")
        try await site.start()
        try site.drop("batch.jsonl", Prompts.stories(3, tokens: 3500))
        try await site.wait("a prompt is in flight") { (try site.status()?.running ?? 0) >= 1 }
        site.signal(SIGTERM)
        try await site.wait("the daemon drains") { try site.status()?.state == .draining }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
        try await site.start()
        try await site.wait("a prompt is in flight again") { (try site.status()?.running ?? 0) >= 1 }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        try await site.start()
        let output = try await site.output("batch")
        expectExactlyOnce(output, (0..<3).map { "story-\($0)" })
    }

    @Test("A second daemon on the same spool is refused")
    func secondDaemon() async throws {
        let site = try TestSite()
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
        let site = try TestSite()
        try await site.start()
        for _ in 0..<3 { site.signal(SIGIO) }
        try site.drop("batch.jsonl", Prompts.code(1))
        #expect(try await site.output("batch").answers.count == 1)
        #expect(site.daemon?.isRunning == true)
    }

    @Test("A second daemon with a spool of its own but the same state directory is refused and harms nothing")
    func sharedStateDirectory() async throws {
        let site = try TestSite()
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
        try site.drop("batch.jsonl", Prompts.code(1))
        #expect(try await site.output("batch").answers.count == 1)
    }
}
