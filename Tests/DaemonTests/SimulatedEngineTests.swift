import Foundation
import TestSupport
import Testing

@Suite("The daemon on a simulated engine", .serialized)
struct SimulatedEngineTests {
    private static let data = TestPaths.projectRoot + "/docs/data/simulator"

    /// A wrapper names the profile, so that `--help` speaks its dialect too.
    private func site(profile: String, engine: String = "", speculation: String = "  probe: false") throws
        -> TestSite
    {
        let site = try TestSite()
        let program = site.root + "/llama-server"
        let script = """
            #!/bin/sh
            exec '\(TestPaths.program("EngineSimulator"))' --profile '\(Self.data)/\(profile).json' \
            --prompts '\(Self.data)/prompt-groups.json' --time-scale 200 --undisturbed "$@"
            """
        try script.write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        try site.configure(
            engine: engine, context: 4096, settings: "speculation:\n\(speculation)", server: program,
            extraArguments: [])
        return site
    }

    @Test("It drafts as it is told, and reports the profile's times, scaled")
    func fixedDepth() async throws {
        let site = try site(
            profile: "h200-27b-q4k", engine: "  slots: 1",
            speculation: "  depth: 3\n  p-min: 0\n  probe: false")
        try await site.start()
        try site.drop("long.jsonl", Prompts.stories(3, tokens: 200))
        let output = try await site.output("long")
        #expect(output.answeredIDs.count == 3 && output.errors.isEmpty)
        for timing in output.timings {
            let accepted = try #require(timing.tokens.accepted)
            let drafted = try #require(timing.tokens.drafted)
            let generated = try #require(timing.tokens.generated)
            let milliseconds = try #require(timing.timing.generationMilliseconds)
            #expect(generated == 200 && drafted > accepted && accepted > 0)
            // The profile's step of three drafts, 200 times faster; the last steps draft less.
            let step = milliseconds / Double(generated - 1 - accepted) * 200
            #expect(abs(step / 24.892 - 1) < 0.03, "a step took \(step) ms")
        }
    }

    @Test("Many slots are busy at once, and every prompt is answered once")
    func slots() async throws {
        let site = try site(
            profile: "h200-27b-q4k", engine: "  slots: 8", speculation: "  max-depth: 0")
        try await site.start()
        try await site.dropAtFrozenEngines("many.jsonl", Prompts.stories(60, tokens: 200), inFlight: 8)
        site.thawEngines()
        let output = try await site.output("many")
        #expect(Set(output.answeredIDs).count == 60 && output.answers.count == 60 && output.errors.isEmpty)
        #expect(output.mostInFlight == 8)
    }

    @Test("A profile whose requests choose their depth serves all depths with one engine")
    func requestDepth() async throws {
        let site = try site(profile: "ik-processor", engine: "  slots: 1")
        try await site.start()
        for depth in [3, 0, 5] {
            try site.drop("d\(depth).jsonl", Prompts.code(2, extra: #", "draftspool": {"depth": \#(depth)}"#))
            let output = try await site.output("d\(depth)")
            #expect(output.timings.map(\.decision.depth) == [depth, depth])
            #expect(output.timings.allSatisfy { ($0.tokens.drafted ?? 0) > 0 || depth == 0 })
        }
        #expect(site.engines.count == 1)
    }

    @Test("A depth beyond the profile's is refused with its name in the journal")
    func depthBeyondProfile() async throws {
        let site = try site(
            profile: "published-27b-q8-0", engine: "  slots: 1", speculation: "  depth: 5\n  probe: false")
        try site.launch()
        try await site.wait("the reason is logged") {
            site.log.contains(
                "profile published-27b-q8-0 has step costs for up to 3 drafts, and 5 are asked for")
        }
    }
}
