import Foundation
import PromptBatch
import TestSupport
import Testing

@Suite("Prompts that share a long beginning, on the real engine", .serialized)
struct PrefixTests {
    /// Four system prompts that take turns, each of some 300 tokens.
    private static func batch(prompts: Int) -> String {
        (0..<prompts).map { number in
            let system = String(repeating: "Ship \(number % 4) is in the harbour tonight. ", count: 40)
            return #"{"id": "p\#(number)", "system": "\#(system)", "prompt": "Is it ship \#(number)?", "#
                + #""max_tokens": 4, "temperature": 0}"#
        }.joined(separator: "\n")
    }

    @Test(
        "The engine reads each beginning about once, with what it keeps in its slots alone",
        arguments: [1, 2])
    func cached(slots: Int) async throws {
        let settings = "speculation:\n  probe: false\n  max-depth: 0"
        let site = try TestSite()
        try site.configure(
            engine: "  slots: \(slots)", settings: settings,
            extraArguments: ["-t", "1", "--cache-ram", "0"])
        try await site.start()
        try site.drop("ships.jsonl", Self.batch(prompts: 24))
        let output = try await site.output("ships")
        #expect(output.answeredIDs.count == 24 && output.errors.isEmpty)
        let reused = output.timings.count { ($0.tokens.cached ?? 0) > 200 }
        // In input order not one was.
        #expect(reused >= 24 - 4 - 2 * slots)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
    }
}
