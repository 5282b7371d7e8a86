import Foundation
import JSON
import PromptBatch
import TestSupport
import Testing

/// The built program, run as users run it.
struct ProgramTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    private func lines(_ text: String) throws -> [JSON] {
        try text.split(separator: "\n").map { try JSON.parse(Array($0.utf8)) }
    }

    @Test(arguments: [
        "submit", "status", "cancel", "retry", "report", "results", "estimate", "explain", "classify",
        "calibrate", "doctor",
    ])
    func everyCommandTeachesItself(_ command: String) async throws {
        let run = try await ProgramRun(draftspool: [command, "--help"])
        #expect(run.status == 0 && run.diagnostics.isEmpty)
        #expect(run.output.contains("draftspool \(command)") && run.output.contains("--json"))
    }

    @Test func theVersionIsTold() async throws {
        let run = try await ProgramRun(draftspool: ["--version"])
        #expect(run.status == 0 && run.output.first?.isNumber == true)
    }

    @Test(arguments: [
        ["bogus"], ["submit"], ["classify"], ["submit", "a", "b", "--name", "c"], ["status", "--set", "x=1"],
        ["calibrate", "--settings", "off,deep"], ["calibrate", "--slots", "0"],
        ["calibrate", "--tokens", "0"],
        ["report", "--learned", "job"], ["status", "--instance", "a/b"],
        ["status", "--instance", "fast", "--config", "a.yaml"],
        ["submit", "a", "--dry-run"], ["submit", "a", "--id-column", "x"],
        ["submit", "a", "--template", "x"],
        ["submit", "a", "--template", "{x}", "--force"],
        ["submit", "a", "--completion-window", "soon"], ["submit", "a", "--deadline", "24h"],
        ["submit", "a", "--completion-window", "1h", "--deadline", "2099-01-01T00:00:00Z"],
        ["submit", "a", "--deadline", "2020-01-01T00:00:00Z"],
        ["submit", "a", "--template", "{x}", "--dry-run", "--wait"],
        ["results"], ["results", "a", "--csv", "--markdown"], ["results", "a", "--directory", "b", "--csv"],
        ["results", "a", "--directory", "b", "--output", "c"],
    ])
    func wrongUsageEndsWith64(_ arguments: [String]) async throws {
        let run = try await ProgramRun(draftspool: arguments)
        #expect(run.status == 64 && run.output.isEmpty && !run.diagnostics.isEmpty)
    }

    @Test func aWrongConfigurationEndsWith78() async throws {
        let run = try await ProgramRun(draftspool: ["status", "--set", "engine.slots=0"])
        #expect(run.status == 78)
        #expect(run.diagnostics.hasPrefix("draftspool: command line: 'engine.slots'"))
        let environment = try await ProgramRun(
            draftspool: ["status"], environment: ["DRAFTSPOOL_ENGINE_SLOTS": "many"])
        #expect(environment.status == 78 && environment.diagnostics.contains("DRAFTSPOOL_ENGINE_SLOTS"))
    }

    @Test func anInstanceThatIsNotThereIsNamedWithItsFile() async throws {
        let run = try await ProgramRun(draftspool: ["status", "--instance", "nobodys"])
        #expect(run.status == 78)
        #expect(run.diagnostics.hasPrefix("draftspool: /etc/draftspool/nobodys.yaml: is not there"))
    }

    @Test func submittingWithoutADaemonDropsAndSaysSo() async throws {
        let file = try spool.write("{\"prompt\":\"a\"}\nnonsense\n", to: "job.jsonl")
        let run = try await ProgramRun(draftspool: ["submit", file, "--spool", spool.layout.root])
        #expect(run.status == 0)
        #expect(run.output == "job.jsonl: 1 prompt, 1 line not readable\n")
        #expect(run.diagnostics.contains("no daemon has served this spool yet"))
        #expect(run.diagnostics.contains("line 2"))
        #expect(try spool.incoming == ["job.jsonl"])
        let status = try await ProgramRun(draftspool: ["status", "--spool", spool.layout.root, "--json"])
        #expect(status.status == 3)
        #expect(try lines(status.output)[0]["incoming"]?[0]?.stringValue == "job.jsonl")
    }

    @Test func standardInputIsNamedForItsContent() async throws {
        let run = try await ProgramRun(
            draftspool: ["submit", "-", "--spool", spool.layout.root, "--json"], input: "{\"prompt\":\"a\"}\n"
        )
        let object = try #require(try lines(run.output).first)
        #expect(object["prompts"]?.intValue == 1)
        let name = try #require(object["name"]?.stringValue)
        #expect(name.hasPrefix("stdin-") && name.hasSuffix(".jsonl"))
        let text = try await ProgramRun(
            draftspool: ["submit", "-", "--spool", spool.layout.root], input: "Why?\n")
        #expect(text.output.contains(".txt: 1 prompt"))
    }

    @Test func oneBadFileDoesNotKeepTheOthersFromBeingDropped() async throws {
        let good = try spool.write("Why?\n", to: "good.txt")
        let run = try await ProgramRun(draftspool: [
            "submit", "/nowhere.jsonl", good, "--spool", spool.layout.root,
        ])
        #expect(run.status == 1 && run.diagnostics.contains("/nowhere.jsonl"))
        #expect(try spool.incoming == ["good.txt"])
    }

    @Test func aTableIsShownOrDroppedByItsTemplate() async throws {
        let table = try spool.write("id,abstract\n7,\"On\nice\"\n8,On fire\n", to: "papers.csv")
        let arguments = ["submit", table, "--template", "Sum up: {abstract}", "--spool", spool.layout.root]
        let shown = try await ProgramRun(draftspool: arguments + ["--dry-run"])
        #expect(shown.status == 0)
        #expect(shown.output.contains("7  row 2\n  Sum up: On\n  ice\n"))
        #expect(try spool.incoming.isEmpty)
        let dropped = try await ProgramRun(draftspool: arguments)
        #expect(dropped.status == 0 && dropped.output == "papers.jsonl: 2 prompts\n")
        let file = spool.layout.incoming + "/papers.jsonl"
        let prompts = try lines(try String(contentsOfFile: file, encoding: .utf8))
        #expect(prompts.map { $0["id"]?.stringValue } == ["7", "8"])
        #expect(prompts[0]["prompt"]?.stringValue == "Sum up: On\nice")
    }

    @Test func aMissingColumnIsNamedBeforeAnythingIsDropped() async throws {
        let input = "{\"id\":1,\"abstract\":\"a\"}\n{\"id\":2}\n"
        let run = try await ProgramRun(
            draftspool: ["submit", "-", "--template", "{abstract}", "--spool", spool.layout.root],
            input: input)
        #expect(run.status == 1 && run.output.isEmpty)
        #expect(
            run.diagnostics
                == "draftspool: standard input: row 2, column 'abstract': there is no such column; there are: 'id'\n"
        )
        #expect(try spool.incoming.isEmpty)
    }

    @Test func classifyingObeysOverrides() async throws {
        let text = """
            {"id":"a","prompt":"Write a Python function that reverses a list."}
            {"id":"b","prompt":"Hello","draftspool":{"workload":"math"}}
            """
        let run = try await ProgramRun(draftspool: ["classify", "-", "--json"], input: text)
        let objects = try lines(run.output)
        #expect(run.status == 0)
        #expect(objects.map { $0["workload"]?.stringValue } == ["code", "math"])
        #expect(objects.map { $0["source"]?.stringValue } == ["classifier", "override"])
        let sum = objects[0]["probabilities"]?.objectValue?.compactMap(\.value.doubleValue).reduce(0, +)
        #expect(abs((sum ?? 0) - 1) < 0.001)
    }

    @Test func classifyingNamesTheRuleThatDecided() async throws {
        let rules = """
            rules:
              bot: {workload: summarization, system-prompt: "release notes"}
              nightly: {workload: translation, custom-id-prefix: "tr-"}
              team: {workload: extraction, metadata: "team=support"}
              ticket: {workload: math, pattern: "[A-Z]+-[0-9]+"}
            """
        let configuration = try spool.write(rules, to: "draftspool.yaml")
        let text = """
            {"id":"tr-1","prompt":"Write a poem."}
            {"id":"b","prompt":"Write a poem.","metadata":{"team":"support"}}
            {"id":"c","messages":[{"role":"system","content":"Release Notes bot"},{"role":"user","content":"Hi"}]}
            {"id":"d","prompt":"Write a poem about ABC-12."}
            {"id":"tr-5","prompt":"Write a poem.","draftspool":{"workload":"code"}}
            {"id":"f","prompt":"Write a poem."}
            """
        let run = try await ProgramRun(
            draftspool: ["classify", "-", "--json", "--config", configuration], input: text)
        let objects = try lines(run.output)
        #expect(
            objects.map { $0["workload"]?.stringValue }
                == ["translation", "extraction", "summarization", "math", "code", "creative"])
        #expect(
            objects.map { $0["rule"]?.stringValue } == ["nightly", "team", "bot", "ticket", nil, nil])
        #expect(
            objects.map { $0["source"]?.stringValue }
                == ["rule", "rule", "rule", "rule", "override", "classifier"])
    }

    @Test func classifyingSaysWhichLinesItCouldNotRead() async throws {
        let run = try await ProgramRun(
            draftspool: ["classify", "-"], input: "{\"prompt\":\"Hello\"}\nnonsense\n")
        #expect(run.status == 3 && run.diagnostics.contains("line 2"))
        let none = try await ProgramRun(draftspool: ["classify", "-"], input: "")
        #expect(none.status == 1 && none.diagnostics.contains("The file is empty."))
    }

    @Test func explainingNeedsNoEngine() async throws {
        let arguments = [
            "explain", "--text", "Write a haiku about rain.", "--quantization", "Q4_K_M", "--spool",
            spool.layout.root,
        ]
        let run = try await ProgramRun(draftspool: arguments)
        #expect(run.status == 0)
        #expect(
            run.output.contains("others published of Qwen3.6-27B, Q4_K_M, on an M2 Max")
                && run.output.contains("creative"))
        let json = try #require(
            try lines(try await ProgramRun(draftspool: arguments + ["--json"]).output).first)
        #expect(json["decision"]?["depth"]?.intValue == 0)
        #expect(json["decision"]?["reason"]?.stringValue?.isEmpty == false)
        #expect(json["evidence"]?.arrayValue?.isEmpty == false)
    }

    @Test func explainingDecidesForTheEngineThatIsNamed() async throws {
        let configuration = try spool.write(
            """
            engines:
              - {name: deep, endpoint: "http://127.0.0.1:1", depth: 3}
              - {name: plain, endpoint: "http://127.0.0.1:1", depth: 0}
            """, to: "pool.yaml")
        func explain(_ arguments: String...) async throws -> ProgramRun {
            try await ProgramRun(
                draftspool: ["explain", "--text", "Write a haiku.", "--config", configuration] + arguments)
        }
        #expect(try await explain().output.hasPrefix("engine: deep (--engine shows plain)"))
        #expect(try await explain("--engine", "plain").output.hasPrefix("engine: plain"))
        let wrong = try await explain("--engine", "fast")
        #expect(wrong.status == 1 && wrong.diagnostics.contains("the configuration has deep, plain"))
    }

    @Test func estimatingNeedsNoEngineButSaysThatNothingWasMeasured() async throws {
        let text = """
            {"prompt":"Write a haiku about rain.","max_tokens":40}
            {"prompt":"Write a Python function that reverses a list."}
            """
        let arguments = ["estimate", "-", "--quantization", "Q4_K_M", "--spool", spool.layout.root]
        let run = try await ProgramRun(draftspool: arguments, input: text)
        #expect(run.status == 0, "\(run.diagnostics)")
        #expect(run.output.contains("not measured here; len"))
        #expect(run.output.contains("2 prompts, ") && run.output.contains("four times in five"))
        let json = try await ProgramRun(draftspool: arguments + ["--json"], input: text)
        let object = try #require(try lines(json.output).first)
        #expect(object["prompts"]?.intValue == 2 && object["measured"]?.boolValue == false)
        #expect(object["tokens"]?["value"]?.intValue == 440)
        #expect(object["workloads"]?.arrayValue?.count == 2)
        let bounds = ["low", "value", "high"].compactMap { object["seconds"]?[$0]?.doubleValue }
        #expect(bounds.count == 3 && bounds == bounds.sorted())
        let bad = try spool.write("nonsense\n", to: "bad.jsonl")
        let none = try await ProgramRun(draftspool: ["estimate", bad, "--spool", spool.layout.root])
        #expect(none.status == 1 && none.diagnostics.contains("no prompt to estimate"))
    }

    @Test func theNewestBatchIsReportedUnlessOneIsNamed() async throws {
        let missing = try await ProgramRun(draftspool: ["report", "--spool", spool.layout.root])
        #expect(missing.status == 1 && missing.diagnostics.contains("no finished batch"))
        _ = try SampleOutput(in: spool.layout.output)
        for arguments in [[], ["job"], [spool.layout.output + "/job"]] {
            let run = try await ProgramRun(draftspool: ["report", "--spool", spool.layout.root] + arguments)
            #expect(run.status == 0 && run.output.contains("code-1  code 0.93"))
            #expect(!run.output.contains("\u{1B}"))
        }
    }

    @Test func resultsAreWrittenAsTheyAreWanted() async throws {
        var batch = SampleBatch(spool: spool, input: #"{"id":"a","prompt":"What?"}"# + "\nnonsense\n")
        batch.answer(1, "a", "=1+1")
        batch.fail(2, nil, code: "invalid_json")
        try batch.publish()
        let arguments = ["results", "job", "--spool", spool.layout.root]
        let json = try await ProgramRun(draftspool: arguments)
        #expect(json.status == 0 && json.diagnostics.isEmpty)
        #expect(try lines(json.output).map { $0["answer"]?.stringValue } == ["=1+1", nil])
        let csv = try await ProgramRun(draftspool: arguments + ["--csv"])
        #expect(csv.output.split(separator: "\r\n")[1] == "a,1,What?,'=1+1,stop,,")
        let failed = try await ProgramRun(draftspool: arguments + ["--failed", "--json"])
        #expect(try lines(failed.output).map { $0["line"]?.intValue } == [2])
        let file = spool.layout.root + "/job.md"
        let markdown = try await ProgramRun(draftspool: arguments + ["--markdown", "--output", file])
        #expect(markdown.status == 0 && markdown.output.isEmpty)
        #expect(markdown.diagnostics == "job.jsonl: 2 results in \(file)\n")
        #expect(try String(contentsOfFile: file, encoding: .utf8).hasPrefix("# job.jsonl\n\n## a\n"))
        let directory = spool.layout.root + "/answers"
        let texts = try await ProgramRun(draftspool: arguments + ["--directory", directory])
        #expect(texts.status == 0)
        #expect(try String(contentsOfFile: directory + "/a.txt", encoding: .utf8) == "=1+1\n")
        let again = try await ProgramRun(draftspool: arguments + ["--directory", directory])
        #expect(again.status == 1 && again.diagnostics.contains("is not empty"))
    }

    @Test func resultsThatAreNotAllAreSaidToBeSo() async throws {
        let arguments = ["results", "job", "--spool", spool.layout.root]
        let none = try await ProgramRun(draftspool: arguments)
        #expect(none.status == 1 && none.diagnostics.contains("there is no batch job with results"))
        var batch = SampleBatch(spool: spool, input: #"{"id":"a","prompt":"What?"}"#)
        batch.answer(1, "a", "That.")
        try batch.publish(doneName: nil)
        let unasked = try await ProgramRun(draftspool: arguments)
        #expect(unasked.status == 3 && unasked.diagnostics.contains("what was asked is not in the spool"))
        #expect(try lines(unasked.output).map { $0["answer"]?.stringValue } == ["That."])
        try batch.run()
        let running = try await ProgramRun(draftspool: arguments)
        #expect(running.status == 3 && running.diagnostics.contains("job.jsonl is not finished"))
        #expect(try lines(running.output).map { $0["prompt"]?.stringValue } == ["What?"])
    }

    @Test func learnedStateIsShownAlsoWhenThereIsNone() async throws {
        let arguments = ["report", "--learned", "--spool", spool.layout.root]
        let none = try await ProgramRun(draftspool: arguments)
        #expect(none.status == 0 && none.output.hasPrefix("nothing was learned yet"))
        try FileManager.default.createDirectory(
            atPath: spool.layout.root + "/.state/learned", withIntermediateDirectories: true)
        _ = try spool.write("{}", to: ".state/learned/0a.json")
        let damaged = try await ProgramRun(draftspool: arguments + ["--json"])
        let engine = try #require(try lines(damaged.output).first?["engines"]?[0])
        #expect(damaged.status == 0 && engine["error"]?.stringValue?.contains("damaged") == true)
    }

    @Test func calibratingNeedsAModelOfItsOwn() async throws {
        let spool = ["--spool", spool.layout.root]
        let none = try await ProgramRun(draftspool: ["calibrate"] + spool)
        #expect(none.status == 78 && none.diagnostics.contains("engine.model"))
        let endpoint = try await ProgramRun(
            draftspool: ["calibrate", "--set", "engine.endpoint=http://127.0.0.1:1"] + spool)
        #expect(endpoint.status == 78 && endpoint.diagnostics.contains("engine.endpoint"))
    }

    @Test func theDoctorFailsWhereNothingCanRun() async throws {
        let run = try await ProgramRun(draftspool: ["doctor", "--spool", spool.layout.root, "--json"])
        let object = try #require(try lines(run.output).first)
        #expect(run.status == 1 && object["ok"]?.boolValue == false)
        #expect(object["checks"]?.arrayValue?.count ?? 0 > 8)
    }
}
