import Foundation
import TestSupport
import Testing

/// What a prompt's end needs cannot be read at that moment: it is ended later, and nothing stays half done.
@Suite("A batch that cannot be looked up for a while", .serialized)
struct UnreadableBatchTests {
    /// Makes the ledger's batches unreadable, or readable again, behind the daemon's back.
    private func rename(_ table: String, to name: String, in site: TestSite) async throws {
        let run = try await ProgramRun(
            "/usr/bin/python3",
            [
                "-c",
                """
                import sqlite3, sys
                ledger = sqlite3.connect(sys.argv[1], timeout=30)
                ledger.execute("PRAGMA legacy_alter_table = ON")
                ledger.execute(f"ALTER TABLE {sys.argv[2]} RENAME TO {sys.argv[3]}")
                ledger.commit()
                """, site.root + "/state/ledger.sqlite", table, name,
            ])
        guard run.status == 0 else { throw TestFailure(run.diagnostics) }
    }

    /// Lets the engine start while batches cannot be read, and makes them readable once a prompt's end was tried.
    private func whileUnreadable(_ site: TestSite) async throws {
        try await rename("batch", to: "batch_away", in: site)
        try site.openGate()
        try await site.wait("the end of the prompt was tried") {
            site.log.contains("cannot be ended now")
        }
        try await rename("batch_away", to: "batch", in: site)
    }

    private func configure(_ site: TestSite, arguments: [String]) throws {
        try site.configure(
            engine: "  slots: 2\n  stop-timeout: 500ms\n",
            settings: "speculation:\n  probe: false\n  max-depth: 0\ndispatch:\n  max-attempts: 2\n",
            server: FaultyServer.program,
            extraArguments: arguments)
    }

    @Test("A prompt that has used up its attempts is given up once its batch can be read")
    func givingUp() async throws {
        let site = try TestSite()
        try configure(site, arguments: [])
        try await site.start()
        try site.drop("batch.jsonl", #"{"id": "p-6", "prompt": "HANG"}"# + "\n")
        for attempt in 1...2 {
            try await site.wait("the prompt is at the engine") { (try site.status()?.running ?? 0) >= 1 }
            site.signal(SIGKILL)
            _ = try await site.waitForExit()
            if attempt == 1 { try await site.start() }
        }
        try configure(site, arguments: ["--start-gate", site.gate])
        try site.launch()
        try await site.wait("its prompts are counted") {
            site.log.components(separatedBy: "Going on with 1 prompts").count == 3
        }
        try await whileUnreadable(site)
        let output = try await site.output("batch")
        #expect(output.error("p-6")?.error?.message.contains("each of the 2 times") == true)
    }

    @Test("A prompt that asks for a depth the engine does not have is refused once its batch can be read")
    func refusing() async throws {
        let site = try TestSite()
        try configure(site, arguments: ["--start-gate", site.gate])
        try site.launch()
        try await site.wait("the spool is there") {
            FileManager.default.fileExists(atPath: site.layout.incoming)
        }
        try site.drop(
            "batch.jsonl", #"{"id": "deep", "prompt": "Why?", "draftspool": {"depth": 3}}"# + "\n")
        try await site.wait("the batch is read in") {
            (try site.status()?.batches.first?.prompts ?? 0) == 1
        }
        try await whileUnreadable(site)
        let output = try await site.output("batch")
        #expect(output.error("deep")?.error?.code == "depth_unavailable")
    }
}
