import Foundation
import Testing

@testable import Engine

@Suite("The inspection of a server program")
struct EngineInspectionTests {
    @Test("finds the real one able to draft with MTP")
    func realServer() async throws {
        let inspection = try await EngineInspection.inspect(
            server: try EngineUnderTest.server(), timeout: EngineUnderTest.patience)
        #expect(inspection.dialect == .mainline)
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

    @Test("tells ik_llama.cpp's by its help, which ends with 1")
    func ik() async throws {
        let script = """
            [ "$1" = --help ] || { echo "version: 4840 (8337e4c)" >&2; exit 0; }
            cat <<'END'
              -rtr,   --run-time-repack       repack tensors if interleaved variant is available
              --spec-type SPEC[:k=v,...]      canonical speculative stage entry
                                              types: none, draft, mtp, ngram-mod, suffix
                                              --like-an-option is none here
                     --host HOST              ip address to listen (default: 127.0.0.1)
                     --no-slots               disables slots monitoring endpoint (default: enabled)
                     --override-kv KEY=TYPE:VALUE
                                              types: int, float, bool, str
            END
            exit 1
            """
        try await withTemporaryDirectory { directory in
            let inspection = try await EngineInspection.inspect(
                server: try writeScript(script, in: directory), timeout: EngineUnderTest.patience)
            #expect(inspection.version == "4840 (8337e4c)")
            #expect(inspection.dialect == .ik)
            #expect(inspection.supportsDraftMTP && !inspection.supportsNgrams)
            #expect(inspection.speculationTypes == ["none", "draft", "mtp", "ngram-mod", "suffix"])
            #expect(
                inspection.flags == [
                    "-rtr", "--run-time-repack", "--spec-type", "--host", "--no-slots", "--override-kv",
                ])
        }
    }

    @Test("fails with the program's own words, or for lack of an answer")
    func failures() async throws {
        try await withTemporaryDirectory { directory in
            let broken = try writeScript("echo out of order >&2; exit 3", in: directory, name: "broken")
            await #expect(
                throws: EngineError.startFailed(
                    reason: "\(broken) --version failed (exited(3))", lastWords: ["out of order"])
            ) {
                try await EngineInspection.inspect(server: broken, timeout: EngineUnderTest.patience)
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
