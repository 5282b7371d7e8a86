import Foundation
import TestSupport

/// Real llama-servers that a test runs, as somebody else would, and a pool of two of them.
enum OthersServers {
    /// The command line of one with two slots.
    ///
    /// - Parameter address: its options that say where it listens.
    static func command(depth: Int, address: [String]) -> [String] {
        let drafting = depth > 0 ? ["--spec-type", "draft-mtp", "--spec-draft-n-max", "\(depth)"] : []
        return [
            TestPaths.server, "-m", TestPaths.demoModel, "-np", "2", "-c", "2048", "-t", "1", "--no-ui",
        ] + address + drafting
    }

    /// Drops a batch of 24 stories at a site with two engines, and waits until both are at work on it.
    static func occupyBoth(of site: TestSite) async throws {
        try await site.wait("both serve") { try site.status()?.lanes.count == 2 }
        try site.drop("batch.jsonl", Prompts.stories(24, tokens: 150))
        try await site.wait("both are at work") {
            let lanes = try site.status()?.lanes ?? []
            return lanes.count == 2 && lanes.allSatisfy { $0.busySlots > 0 } && site.answeredSoFar > 0
        }
    }
}
