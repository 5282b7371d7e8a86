import Foundation
import TestSupport
import Testing

@testable import generate_manuals

/// The manual pages say what the programs, the example configuration and the document about formats say.
@Suite struct ManualTests {
    private func text(of file: String) throws -> String {
        try String(contentsOfFile: TestPaths.projectRoot + "/" + file, encoding: .utf8)
    }

    @Test func thePagesAreWhatIsGenerated() async throws {
        let tool = try await ProgramRun(draftspool: ["--experimental-dump-help"])
        let daemon = try await ProgramRun(
            TestPaths.daemon(), ["--experimental-dump-help"],
            environment: TestPaths.sanitizerOptions, input: "")
        let pages = try GenerateManuals.pages(
            tool: Data(tool.output.utf8), daemon: Data(daemon.output.utf8),
            example: text(of: "examples/draftspool.yaml"), formats: text(of: "docs/formats.md"))
        for (name, page) in pages {
            #expect(try text(of: "Manuals/" + name) == page, "\(name) is out of date: make manuals")
        }
    }

    @Test func aDocumentIsReadInBlocks() {
        let document = Markdown(
            """
            ## Files `in`

            A **bold** word, and
            a [link](other.md#there).

            - first
              goes on
            - second

            | key | value |
            |---|---|
            | `depth` | 0 to 16 |
            | `batch` | |

            ```json
            {"prompt": "[a](b) **c**"}

            - no item
            ```
            """)
        #expect(
            document.blocks == [
                .heading(level: 2, "Files `in`"), .paragraph("A bold word, and a link."),
                .list(["first goes on", "second"]),
                .table(header: ["key", "value"], rows: [["`depth`", "0 to 16"], ["`batch`", ""]]),
                .code([#"{"prompt": "[a](b) **c**"}"#, "", "- no item"]),
            ])
    }

    /// What the manual's language would take for its own is written so that it is read as it stands.
    @Test func aPageSaysWhatTheDocumentSays() {
        let page = FormatsManual.page(
            of: """
                # Title

                Begins.

                ## In and out

                .dots and `--flags \\n`. Then "more".

                | code | meaning | remedy |
                |---|---|---|
                | `a "b"` | it is wrong | mend it |
                """)
        #expect(
            page.hasSuffix(
                """
                .Sh DESCRIPTION
                Begins.
                .Sh IN AND OUT
                \\&.dots and \\fB\\%\\-\\-flags \\en\\fP.
                Then "more".
                .Bl -tag -width Ds
                .It \\fB\\%a \\(dqb\\(dq\\fP
                Meaning: it is wrong.
                Remedy: mend it.
                .El
                .Sh SEE ALSO
                .Xr draftspool 1 ,
                .Xr draftspool.yaml 5 ,
                .Xr draftspoold 8

                """))
    }
}
