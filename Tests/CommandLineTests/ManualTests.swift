import Foundation
import TestSupport
import Testing

@testable import generate_manuals

/// The manual pages say what the programs and the example configuration say.
@Suite struct ManualTests {
    @Test func thePagesAreWhatIsGenerated() async throws {
        let tool = try await ProgramRun(draftspool: ["--experimental-dump-help"])
        let daemon = try await ProgramRun(
            TestPaths.program("draftspoold"), ["--experimental-dump-help"],
            environment: TestPaths.sanitizerOptions, input: "")
        let example = TestPaths.projectRoot + "/examples/draftspool.yaml"
        let pages = try GenerateManuals.pages(
            tool: Data(tool.output.utf8), daemon: Data(daemon.output.utf8),
            example: try String(contentsOfFile: example, encoding: .utf8))
        for (name, text) in pages {
            let file = TestPaths.projectRoot + "/Manuals/" + name
            let written = try String(contentsOfFile: file, encoding: .utf8)
            #expect(written == text, "\(name) is out of date: make manuals")
        }
    }
}
