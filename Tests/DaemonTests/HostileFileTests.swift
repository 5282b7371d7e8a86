import Foundation
import Testing

@Suite("Files that change or pretend, on the real engine", .serialized)
struct HostileFileTests {
    /// A daemon that soon looks for itself: a new link alone makes no event.
    private func watchfulSite() async throws -> TestSite {
        let site = try TestSite(
            engine: "  slots: 1",
            settings: TestSite.oneLane + "input:\n  rescan-interval: 200ms\n  settle-time: 500ms")
        try await site.start()
        return site
    }

    /// Drops a file that its owner still reaches under another name. Its first prompt is at the engine then, which is
    /// frozen.
    private func dropShared(_ site: TestSite, _ content: String) async throws -> String {
        let own = site.root + "/own.jsonl"
        try content.write(toFile: own, atomically: true, encoding: .utf8)
        site.freezeEngines()
        guard link(own, site.layout.incoming + "/batch.jsonl") == 0 else { throw TestFailure("no link") }
        try await site.wait("the first prompt is in flight") { try site.status()?.running == 1 }
        return own
    }

    @Test(
        "Of a file that is changed after the claim, what was claimed runs, or the prompt says that it changed; what is appended runs too"
    )
    func changedAfterTheClaim() async throws {
        let site = try await watchfulSite()
        let content = Prompts.stories(40, tokens: 60)
        let own = try await dropShared(site, content)
        let other = content.replacingOccurrences(of: "story", with: "STORY")
        let handle = try #require(FileHandle(forWritingAtPath: own))
        try handle.write(contentsOf: Data((other + Prompts.code(3, prefix: "appended")).utf8))
        try handle.close()
        site.thawEngines()
        let output = try await site.output("batch")
        let changed = output.errors.filter { $0.error?.code == "input_changed" }.compactMap(\.customID)
        #expect(changed == (1..<40).map { "story-\($0)" } && changed.count == output.errors.count)
        #expect(output.answeredIDs == ["story-0"] + (0..<3).map { "appended-\($0)" })
    }

    @Test("Of a file that is cut short after the claim, every prompt still has one outcome")
    func truncatedAfterTheClaim() async throws {
        let site = try await watchfulSite()
        let own = try await dropShared(site, Prompts.stories(40, tokens: 60))
        #expect(truncate(own, 0) == 0)
        site.thawEngines()
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["story-0"])
        #expect(output.errors.compactMap(\.customID) == (1..<40).map { "story-\($0)" })
        #expect(output.errors.allSatisfy { $0.error?.code == "input_changed" && $0.error?.remedy != nil })
    }

    @Test("A sparse terabyte file is refused without being read through")
    func sparseFile() async throws {
        let site = try TestSite(settings: TestSite.oneLane)
        try await site.start()
        let hidden = site.layout.incoming + "/.sparse.part"
        _ = FileManager.default.createFile(atPath: hidden, contents: nil)
        try #require(truncate(hidden, 1 << 40) == 0)
        try #require(rename(hidden, site.layout.incoming + "/sparse.jsonl") == 0)
        try site.drop("good.jsonl", Prompts.code(1))
        #expect(try await site.output("good").answeredIDs == ["code-0"])
        try await site.wait("failed/sparse.jsonl.error.json appears") {
            FileManager.default.fileExists(atPath: site.layout.failed + "/sparse.jsonl.error.json")
        }
    }
}
