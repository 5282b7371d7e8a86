import Foundation
import PromptBatch
import Speculation
import Testing
import Workload

@Suite("N-gram lookups, on the real engine", .serialized)
struct NgramLaneTests {
    /// What the daemon has learned, taught a gain of lookups alone for code.
    private func teachGain(at site: TestSite) throws {
        let directory = site.root + "/state/learned"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: directory).first)
        let file = URL(fileURLWithPath: directory + "/" + name)
        var model = try JSONDecoder().decode(LearnedModel.self, from: Data(contentsOf: file))
        let traits = PromptTraits(distribution: WorkloadDistribution(certain: .code))
        for busySlots in [1, 2] {
            let expected = model.predict(traits, .off, busySlots: busySlots).tokensPerSecond
            for _ in 0..<8 {
                model.learn(
                    try Observation(
                        traits: traits, setting: DraftSetting(depth: 0, usesNgrams: true),
                        busySlots: Double(busySlots), generatedTokens: 600, draftedTokens: 600,
                        acceptedTokens: 500, generationMilliseconds: 600_000 / (20 * expected)))
            }
        }
        try Data(model.encoded()).write(to: file)
    }

    @Test("A lane looks drafts up where calibrate measured a gain, and says so")
    func measuredGain() async throws {
        let site = try TestSite()
        try await run(site, "speculation:\n  probe: false") {
            try site.drop("first.jsonl", Prompts.code(4, prefix: "first"))
            let first = try await site.output("first")
            #expect(first.timings.allSatisfy { $0.decision.usesNgrams == nil })
        }
        // The next batch waits before a lane is chosen: whether a change to another pays so few prompts depends on how long
        // an engine takes to start.
        try await run(site, TestSite.oneLane + "dispatch:\n  drain-timeout: 500ms") {
            try await site.dropAtFrozenEngines(
                "second.jsonl", Prompts.code(6, prefix: "second"), inFlight: 2)
        }

        try teachGain(at: site)
        try await run(site, "speculation:\n  probe: false") {
            let second = try await site.output("second")
            #expect(second.answeredIDs.count == 6 && second.errors.isEmpty)
            let chosen = try #require(second.timings.first { $0.decision.usesNgrams == true })
            #expect(chosen.decision.depth == 0 && chosen.decision.reason.contains("n-grams"))
            #expect(chosen.engine.lane == "n-grams")
            #expect(site.log.contains("Lane at n-grams is up"))
        }
    }

    /// Starts the daemon with two slots, and stops it.
    private func run(_ site: TestSite, _ settings: String, _ body: () async throws -> Void) async throws {
        try site.configure(engine: "  slots: 2\n  stop-timeout: 500ms", settings: settings)
        try await site.start()
        try await body()
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
    }
}
