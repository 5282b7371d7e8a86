import Foundation
import Testing

@Suite("A draft setting at which no engine starts", .serialized)
struct FailedSettingTests {
    private let speculation = "speculation:\n  probe: false\n  max-depth: 5\n  p-min: 0\n"

    private func starts(_ site: TestSite, depth: Int) -> Int {
        let log = (try? String(contentsOfFile: site.root + "/starts", encoding: .utf8)) ?? ""
        return log.ranges(of: "depth \(depth) ").count
    }

    private func site(retryDelay: String, overlap: String = "auto") throws -> TestSite {
        let site = try FaultyServer.site()
        try FaultyServer.configure(
            site, engine: "  slots: 2\n  lane-overlap: \(overlap)",
            settings: speculation + "dispatch:\n  retry-delay: \(retryDelay)",
            arguments: [
                "--refuse-depth", "4", "--room", site.root + "/room", "--log", site.root + "/starts",
            ])
        return site
    }

    @Test(
        "It is left alone and named; prompts that demand it wait and hold up nobody; it is tried again later",
        arguments: ["auto", "never"])
    func override(overlap: String) async throws {
        let site = try site(retryDelay: "100ms", overlap: overlap)
        try await site.start()
        try site.drop("deep.jsonl", FaultyServer.batch(2, extra: #", "draftspool": {"depth": 5}"#))
        try await site.wait("the status names the setting") {
            try site.status()?.failedSettings?.first?.depth == 5
        }
        #expect(
            try site.status()?.failedSettings?.first?.reason.contains("ended before it was healthy") == true)
        #expect(site.log.contains("No engine starts at depth 5"))
        try site.drop("others.jsonl", FaultyServer.batch(20))
        let others = try await site.output("others")
        #expect(others.answers.count == 20)
        #expect(others.timings.allSatisfy { $0.attempts == 1 && ($0.decision.depth ?? 9) < 4 })
        try await site.wait("those that demand it still wait") { try site.status()?.queued == 2 }
        #expect(site.daemon?.isRunning == true)
        _ = FileManager.default.createFile(atPath: site.root + "/room", contents: nil)
        let deep = try await site.output("deep")
        #expect(deep.answeredIDs == ["p-0", "p-1"])
        #expect(deep.timings.allSatisfy { $0.attempts == 1 && $0.decision.depth == 5 })
        try await site.wait("it is no longer named") { try site.status()?.failedSettings == [] }
    }

    @Test("One that was only to be measured at the start does not keep the daemon from serving at others")
    func measuring() async throws {
        let site = try FaultyServer.site()
        try FaultyServer.configure(
            site, engine: "  slots: 2", settings: "speculation:\n  max-depth: 3\n  p-min: 0",
            arguments: ["--refuse-depth", "1"])
        try await site.start()
        #expect(try site.status()?.failedSettings?.map(\.depth) == [3])
        #expect(try site.status()?.message.contains("no engine starts at depth 3") == true)
        try site.drop("batch.jsonl", FaultyServer.batch(3))
        let output = try await site.output("batch")
        #expect(output.answers.count == 3 && output.timings.allSatisfy { $0.decision.depth == 0 })
    }

    @Test("It is not started again and again")
    func pause() async throws {
        // It is left alone for thirty times as long.
        let site = try site(retryDelay: "1m")
        try await site.start()
        try site.drop("deep.jsonl", FaultyServer.batch(2, extra: #", "draftspool": {"depth": 5}"#))
        try await site.wait("it failed") { try site.status()?.failedSettings?.isEmpty == false }
        let tried = starts(site, depth: 5)
        for round in 0..<5 {
            try site.drop("others-\(round).jsonl", FaultyServer.batch(8))
            #expect(try await site.output("others-\(round)").answers.count == 8)
        }
        #expect(starts(site, depth: 5) == tried)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
    }
}
