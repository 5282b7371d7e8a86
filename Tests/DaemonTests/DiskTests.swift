import Foundation
import Spool
import Testing

@Suite("Full and failing disks", .serialized, .enabled(if: SmallDisk.isPermitted, "mounting needs root"))
struct DiskTests {
    private func isBlocked(_ site: TestSite, by word: String) throws -> Bool {
        guard let status = try? site.status() else { return false }
        return status.state == .blocked && status.message.contains(word)
    }

    @Test("A full state disk pauses the work; with room it goes on, and nothing is lost or doubled")
    func fullState() async throws {
        let site = try TestSite(engine: "  slots: 1")
        let disk = try SmallDisk(site.root + "/state", kilobytes: 4096)
        try await site.start()
        try site.drop("batch.jsonl", Prompts.stories(40, tokens: 200))
        try await site.wait("a prompt is answered") { site.answeredSoFar >= 1 }
        disk.fill()
        try await site.wait("the status says why work pauses") { try isBlocked(site, by: "make room") }
        let answered = site.answeredSoFar
        try await site.wait("what was at the engine has come back") {
            try isBlocked(site, by: "make room") && site.status()?.running == 0
        }
        #expect(site.answeredSoFar == answered)
        disk.empty()
        let output = try await site.output("batch")
        #expect(output.answeredIDs == (0..<40).map { "story-\($0)" })
        #expect(output.errors.isEmpty)
        try await site.wait("the status is clear again") { try site.status()?.state == .ready }
        #expect(site.log.contains("Work pauses") && site.log.contains("takes writes again"))
    }

    @Test("A daemon whose state disk is full can be stopped, and loses nothing")
    func stopWhileFull() async throws {
        let site = try TestSite(engine: "  slots: 1", settings: "dispatch:\n  drain-timeout: 1s")
        let disk = try SmallDisk(site.root + "/state", kilobytes: 4096)
        try await site.start()
        try site.drop("batch.jsonl", Prompts.stories(40, tokens: 200))
        try await site.wait("a prompt is answered") { site.answeredSoFar >= 1 }
        disk.fill()
        try await site.wait("work pauses") { try isBlocked(site, by: "make room") }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        disk.empty()
        try await site.start()
        #expect(try await site.output("batch").answeredIDs == (0..<40).map { "story-\($0)" })
    }

    @Test("A full spool: what is dropped waits, what is answered is published when there is room")
    func fullSpool() async throws {
        let site = try TestSite(engine: "  slots: 1")
        let disk = try SmallDisk(site.root + "/spool", kilobytes: 2048)
        try await site.start()
        try site.drop("first.jsonl", Prompts.code(2))
        _ = try await site.output("first")
        try site.drop("second.jsonl", Prompts.code(3, prefix: "second"))
        disk.fill()
        try await site.wait("the status tells of the full disk") { try isBlocked(site, by: "make room") }
        disk.empty()
        #expect(try await site.output("second").answeredIDs == ["second-0", "second-1", "second-2"])
        try await site.wait("the status is clear again") { try site.status()?.state == .ready }
    }

    @Test("A read-only output: batches wait there and are published when it is writable again")
    func readOnlyOutput() async throws {
        let site = try TestSite(engine: "  slots: 1")
        try await site.start()
        try SmallDisk.setReadOnly(site.layout.output, true)
        try site.drop("batch.jsonl", Prompts.code(2))
        try await site.wait("the status tells of it") { try isBlocked(site, by: "writable") }
        try SmallDisk.setReadOnly(site.layout.output, false)
        #expect(try await site.output("batch").answeredIDs == ["code-0", "code-1"])
    }
}
