import Foundation
import PromptBatch
import Testing

@Suite("Engines that are kept, on the real engine", .serialized)
struct ResidentLanesTests {
    /// Prompts that demand a depth, so that the lane must have it.
    private func prompts(_ count: Int, depth: Int) -> String {
        Prompts.code(count, extra: #", "draftspool": {"depth": \#(depth)}"#)
    }

    private func site(residentLanes: String) throws -> TestSite {
        try TestSite(
            engine: "  slots: 2\n  resident-lanes: \(residentLanes)", settings: "speculation:\n  probe: false"
        )
    }

    private func count(_ words: String, in site: TestSite) -> Int { site.log.ranges(of: words).count }

    /// One batch after another, each at another depth than the one before.
    private func serve(_ depths: [Int], at site: TestSite, prefix: String = "b") async throws {
        for (index, depth) in depths.enumerated() {
            try site.drop("\(prefix)\(index).jsonl", prompts(3, depth: depth))
            let output = try await site.output("\(prefix)\(index)")
            #expect(output.answeredIDs.count == 3 && output.errors.isEmpty)
            #expect(Set(output.timings.map(\.decision.depth)) == [depth])
        }
    }

    @Test("Going back to a setting starts no engine; the longest unused one gives way")
    func goingBack() async throws {
        let site = try site(residentLanes: "2")
        try await site.start()
        try await serve([1, 0, 1, 0], at: site)
        #expect(count("Lane at off is up after", in: site) == 1)
        #expect(count("Lane at off is up again", in: site) == 1)
        #expect(site.engines.count == 2)
        try await serve([2], at: site, prefix: "c")
        try await site.wait("the third engine took the place of the first") { site.engines.count == 2 }
        try await serve([0], at: site, prefix: "d")
        #expect(count("Lane at off is up again", in: site) == 2)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
    }

    @Test("One engine is kept where one is asked for")
    func one() async throws {
        let site = try site(residentLanes: "1")
        try await site.start()
        try await serve([1, 0, 1], at: site)
        try await site.wait("one engine is left") { site.engines.count == 1 }
        #expect(count("is up again", in: site) == 0)
    }

    @Test("A waiting engine that dies takes nothing with it and is started again when it is wanted")
    func deathWhileWaiting() async throws {
        let site = try site(residentLanes: "3")
        try await site.start()
        try await serve([1, 0], at: site)
        let serving = try #require(try await site.firstLane { $0.depth == 0 }.processID)
        let waiting = site.engines.filter { $0 != serving }
        #expect(waiting.count == 2)
        for process in waiting { kill(process, SIGKILL) }
        try await site.wait("their deaths are noticed") {
            count("The waiting engine at depth", in: site) == 2
        }
        try await serve([1, 0], at: site, prefix: "d")
        #expect(count("Lane at depth 1 is up after", in: site) == 2)
        #expect(count("The engine is gone", in: site) == 0)
    }
}
