import Foundation
import TestSupport

/// Real llama-servers that a test runs, as somebody else would.
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
}
