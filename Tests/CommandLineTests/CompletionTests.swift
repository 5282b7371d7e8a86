import Foundation
import TestSupport
import Testing

@testable import draftspool

/// What a shell is offered in place of the name of a batch.
struct CompletionTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    /// What is offered for the last of the words that follow the program's name.
    private func offered(
        _ words: [String], of argument: String = "positional@0", shell: String = "fish"
    ) async throws -> [String] {
        let run = try await ProgramRun(
            draftspool: [
                "---completion", words[0], "--", argument, "\(words.count)", "\(words.last?.count ?? 0)",
                "draftspool",
            ] + words, environment: ["SAP_SHELL": shell])
        #expect(run.status == 0 && run.diagnostics.isEmpty)
        return run.output.split(separator: "\n").map(String.init)
    }

    private func offered(_ command: String, _ typed: String = "") async throws -> [String] {
        try await offered([command, "--spool", spool.layout.root, typed])
    }

    @Test func commandsAreOfferedWhatTheyCanDoSomethingWith() async throws {
        var finished = SampleBatch(spool: spool, input: "{}")
        finished.answer(1, "a", "That.")
        try finished.publish(as: "good")
        finished.fail(2, "b")
        let bad = try finished.publish(as: "bad")
        let open = SampleBatch(spool: spool, name: "nightly.jsonl", input: "{}")
        try spool.writeStatus(batches: "[\(open.statusEntry(.running)),\(finished.statusEntry(.done))]")
        #expect(try await offered("cancel") == ["nightly.jsonl"])
        #expect(try await offered("retry") == ["bad"])
        #expect(try await offered("report") == ["bad", "good"])
        #expect(try await offered("results") == ["bad", "good", "nightly.jsonl"])
        #expect(try await offered("results", "n") == ["nightly.jsonl"])
        #expect(try await offered("report", spool.layout.output + "/b") == [bad])
    }

    @Test func openBatchesOfOneNameAreToldApartByTheirIDs() async throws {
        var batches = ["a", "b", "c"].map { SampleBatch(spool: spool, id: $0, input: "{}") }
        batches[1].fail(1, "x")
        batches[2].name = "other.jsonl"
        let entries = batches.map { $0.statusEntry(.running) }.joined(separator: ",")
        try spool.writeStatus(batches: "[\(entries)]")
        #expect(try await offered("cancel") == ["a", "b", "other.jsonl"])
        #expect(try await offered("retry") == ["b"])
    }

    /// Names are anybody's who may drop files; bash expands what it is offered.
    @Test func noNameIsObeyedByBash() async throws {
        let harmless = [
            "plain", "two words", "it's", "a;touch mark", "x:y", "back\\slash", "\"q\"", "*", "{a,b}",
        ]
        let others = ["$(touch mark)", "`touch mark`", "$HOME", "!!", "-o", "--all", "~", "new\nline"]
        for name in harmless + others {
            try FileManager.default.createDirectory(
                atPath: spool.layout.output + "/" + name, withIntermediateDirectories: false)
        }
        let script = """
            source <("$1" --generate-completion-script bash)
            cd "$2"
            COMP_WORDS=("$1" report --spool "$2" "")
            COMP_CWORD=4
            COMP_LINE="${COMP_WORDS[*]}"
            COMP_POINT=${#COMP_LINE}
            _draftspool "$1" "" "$2"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let run = try await ProgramRun(
            "/bin/bash", ["-c", script, "bash", TestPaths.program("draftspool"), spool.layout.root],
            environment: ["PATH": "/usr/bin:/bin"].merging(TestPaths.sanitizerOptions) { $1 })
        #expect(run.diagnostics.isEmpty)
        #expect(Set(run.output.split(separator: "\n").map(String.init)) == Set(harmless))
        #expect(!FileManager.default.fileExists(atPath: spool.layout.root + "/mark"))
    }

    @Test func zshTakesNoNameForADescription() async throws {
        for name in ["x:y", "back\\slash"] {
            try FileManager.default.createDirectory(
                atPath: spool.layout.output + "/" + name, withIntermediateDirectories: false)
        }
        let names = try await offered(["report", "--spool", spool.layout.root, ""], shell: "zsh")
        #expect(names == ["back\\\\slash", "x\\:y", " "])
    }

    @Test func theSpoolThatTheCommandLineNamesIsLookedInto() async throws {
        _ = try SampleOutput(in: spool.layout.output)
        let root = spool.layout.root
        let configuration = try spool.write("spool: \(root)\n", to: "draftspool.yaml")
        for flags in [
            ["--spool=\(root)"], ["--spool", "=", root], ["-s", "'\(root)'"], ["-c", configuration],
            ["--set", "spool=\(root)"],
        ] {
            #expect(try await offered(["report"] + flags + ["jo"]) == ["job"], "\(flags)")
        }
        #expect(try await offered(["report", "--spool", "/nowhere", ""]) == [])
        #expect(try await offered(["report", "--config", "/nowhere.yaml", ""]) == [])
        #expect(try await offered(["report", "--instance", "nobodys", ""]) == [])
    }

    @Test func instancesAreOffered() async throws {
        // Which there are, is this machine's matter.
        _ = try await offered(["status", "--instance", ""], of: "--instance")
    }

    @Test(arguments: [
        ("plain", "plain"), ("two\\ words", "two words"), ("\"it's\"", "it's"), ("'a \"b", "a \"b"),
        ("'back\\slash'", "back\\slash"),
    ])
    func wordsAreReadWithoutTheirQuotes(_ word: String, _ text: String) {
        #expect(CommandLineWords.unquoted(word) == text)
    }
}
