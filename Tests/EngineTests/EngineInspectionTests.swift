import Foundation
import Testing

@testable import Engine

@Suite("The inspection of a server program")
struct EngineInspectionTests {
    @Test("finds the real one able to draft with MTP")
    func realServer() async throws {
        let inspection = try await EngineInspection.inspect(server: try EngineUnderTest.server())
        #expect(inspection.supportsDraftMTP)
        #expect(!inspection.version.isEmpty)
        let used: Set = [
            "-m", "-np", "-c", "--host", "--metrics", "--slots", "--no-ui", "--spec-type",
            "--spec-draft-n-max",
            "--spec-draft-p-min",
        ]
        #expect(inspection.flags.isSuperset(of: used))
    }

    @Test("reads an older build's help")
    func olderBuild() {
        let help = """
            ----- common params -----
            -h,    --help, --usage                  print usage and exit
            --spec-type [none|ngram-cache]          kind of speculation
                                                    draft-mtp is not for this build
            """
        let inspection = EngineInspection(
            versionOutput: "version: 7000 (abc)\nbuilt with x", helpOutput: help)
        #expect(inspection.version == "7000 (abc)")
        #expect(!inspection.supportsDraftMTP)
        #expect(inspection.flags == ["-h", "--help", "--usage", "--spec-type"])
        #expect(inspection.speculationTypes == ["none", "ngram-cache"])
    }

    @Test("fails with the program's own words, or for lack of an answer")
    func failures() async throws {
        try await withTemporaryDirectory { directory in
            let broken = try writeScript("echo out of order >&2; exit 3", in: directory, name: "broken")
            await #expect(
                throws: EngineError.startFailed(
                    reason: "\(broken) --version failed (exited(3))", lastWords: ["out of order"])
            ) {
                try await EngineInspection.inspect(server: broken)
            }
            let silent = try writeScript("exec sleep 600", in: directory, name: "silent")
            await #expect(
                throws: EngineError.startFailed(
                    reason: "\(silent) --version did not end within 0.2 s", lastWords: [])
            ) {
                try await EngineInspection.inspect(server: silent, timeout: .milliseconds(200))
            }
            await #expect(throws: EngineError.self) {
                try await EngineInspection.inspect(server: "\(directory)/none")
            }
        }
    }
}
