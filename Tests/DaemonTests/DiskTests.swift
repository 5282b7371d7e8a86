import Foundation
import Spool
import Testing

@Suite("Full and failing disks", .serialized, .enabled(if: SmallDisk.isPermitted, "mounting needs root"))
struct DiskTests {
    private func isBlocked(_ site: TestSite, by word: String) -> Bool {
        // Where there is no room for another file it is overwritten, and may be read half.
        guard let status = try? site.status() else { return false }
        return status.state == .blocked && status.message.contains(word)
    }

    private func isReady(_ site: TestSite) -> Bool { (try? site.status())?.state == .ready }

    private let ids = (0..<3).map { "p-\($0)" } + (0..<40).map { "late-\($0)" }

    /// Prompts of which most are answered once the site's gate is open: more than a ledger can take that only writes over
    /// what it has of its log.
    private var batch: String {
        FaultyServer.batch(3) + FaultyServer.batch(40, saying: "WAIT", prefix: "late")
    }

    @Test("A full state disk pauses the work; with room it goes on, and nothing is lost or doubled")
    func fullState() async throws {
        let site = try FaultyServer.site(engine: "  slots: 1")
        let disk = try SmallDisk(site.root + "/state", kilobytes: 4096)
        try await site.start()
        try site.drop("batch.jsonl", batch)
        try await site.wait("three prompts are answered") { site.answeredSoFar == 3 }
        disk.fill()
        try site.openGate()
        try await site.wait("the status says why work pauses") { isBlocked(site, by: "make room") }
        let answered = site.answeredSoFar
        try await site.wait("what was at the engine has come back") {
            let status = try? site.status()
            return status?.state == .blocked && status?.running == 0
        }
        #expect(site.answeredSoFar == answered)
        disk.empty()
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.errors.isEmpty)
        try await site.wait("the status is clear again") { isReady(site) }
        #expect(site.log.contains("Work pauses") && site.log.contains("takes writes again"))
    }

    @Test("A daemon whose state disk is full can be stopped, and loses nothing")
    func stopWhileFull() async throws {
        let site = try FaultyServer.site(
            engine: "  slots: 1", settings: "dispatch:\n  drain-timeout: 1s")
        let disk = try SmallDisk(site.root + "/state", kilobytes: 4096)
        try await site.start()
        try site.drop("batch.jsonl", batch)
        try await site.wait("three prompts are answered") { site.answeredSoFar == 3 }
        disk.fill()
        try site.openGate()
        try await site.wait("work pauses") { isBlocked(site, by: "make room") }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        disk.empty()
        try await site.start()
        #expect(try await site.output("batch").answeredIDs == ids)
    }

    @Test("A full spool: what is dropped waits, what is answered is published when there is room")
    func fullSpool() async throws {
        let site = try FaultyServer.site(engine: "  slots: 1")
        let disk = try SmallDisk(site.root + "/spool", kilobytes: 2048)
        try await site.start()
        try site.drop("first.jsonl", FaultyServer.batch(2))
        _ = try await site.output("first")
        try site.drop("second.jsonl", FaultyServer.batch(3, saying: "WAIT"))
        disk.fill()
        try site.openGate()
        try await site.wait("the status tells of the full disk") { isBlocked(site, by: "make room") }
        disk.empty()
        #expect(try await site.output("second").answeredIDs == ["p-0", "p-1", "p-2"])
        try await site.wait("the status is clear again") { isReady(site) }
    }

    @Test("A read-only output: batches wait there and are published when it is writable again")
    func readOnlyOutput() async throws {
        let site = try FaultyServer.site(engine: "  slots: 1")
        try await site.start()
        try SmallDisk.setReadOnly(site.layout.output, true)
        try site.drop("batch.jsonl", FaultyServer.batch(2))
        try await site.wait("the status tells of it") { isBlocked(site, by: "writable") }
        try SmallDisk.setReadOnly(site.layout.output, false)
        #expect(try await site.output("batch").answeredIDs == ["p-0", "p-1"])
    }
}
