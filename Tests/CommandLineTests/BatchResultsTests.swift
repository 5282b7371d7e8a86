import Foundation
import PromptBatch
import Spool
import TestSupport
import Testing

@testable import draftspool

struct BatchResultsTests {
    private let spool: TemporarySpool
    private var batch: SampleBatch

    init() throws {
        spool = try TemporarySpool()
        let input = """
            {"id":"a","prompt":"What is a?"}

            nonsense
            {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"And b?"}]}
            {"custom_id":"c","url":"/v1/completions","body":{"prompt":"Once upon"}}
            """
        batch = SampleBatch(spool: spool, input: input)
        batch.answer(1, "a", "A letter.")
        batch.answer(5, "c", "a time")
        batch.fail(3, nil, code: "invalid_json")
        batch.fail(4, "line-4")
    }

    @Test func resultsAreJoinedWithWhatWasAskedInInputOrder() throws {
        try batch.publish()
        let results = try batch.results()
        #expect(results.complaint == nil && !results.source.isRunning)
        #expect(
            try results.texts() == [
                "a What is a? → A letter.", "line-3 ? → !invalid_json", "line-4 And b? → !cancelled",
                "c Once upon → a time",
            ])
        #expect(
            try batch.results(failedOnly: true).texts() == [
                "line-3 ? → !invalid_json", "line-4 And b? → !cancelled",
            ])
    }

    @Test func aRunningBatchGivesWhatItHasWithoutTheLineBeingWritten() throws {
        var batch = batch
        batch.answers.reverse()
        try batch.run(cutOff: #"{"id":"batch_req_x-2","custom_id":"#)
        let results = try batch.results()
        #expect(results.source.isRunning && results.complaint == nil)
        #expect(
            Set(try results.texts()) == [
                "a What is a? → A letter.", "line-3 ? → !invalid_json", "line-4 And b? → !cancelled",
                "c Once upon → a time",
            ])
    }

    @Test func aBatchThatHasNothingYetHasNoResults() throws {
        try batch.run()
        let directory = spool.layout.activeDirectory(batch: batch.id)
        for file in ["output.jsonl", "errors.jsonl"] {
            try FileManager.default.removeItem(atPath: directory + "/" + file)
        }
        #expect(try batch.results().texts().isEmpty)
    }

    @Test func theInputIsFoundAmongOthersOfItsName() throws {
        var other = batch
        other.id = "20261127-235959-00000000"
        other.input = batch.input.replacing("What is a?", with: "Something else?")
        try other.publish(as: "job-2", doneName: "job.jsonl", finishedAt: 20)
        try batch.publish(as: "job", doneName: "job-7.jsonl")
        #expect(try batch.results(batch.id).texts()[0] == "a What is a? → A letter.")
        #expect(try batch.results("job-2").texts()[0] == "a Something else? → A letter.")
        #expect(try batch.results(other.id).texts()[0] == "a Something else? → A letter.")
    }

    @Test func aBatchIsFoundByAnyOfItsNames() throws {
        let directory = try batch.publish(as: "job-3")
        for name in ["job", "job.jsonl", "job-3", batch.id, directory, directory + "/"] {
            #expect(try batch.results(name).source.batchID == batch.id, "\(name)")
        }
        for name in ["jo", "", ".", "..", spool.layout.root + "/none", "../output"] {
            #expect(throws: ToolError.self, "\(name)") { try batch.results(name) }
        }
    }

    @Test func ofSeveralBatchesOfAFileTheLastIsMeant() throws {
        var second = batch
        second.id = "20261127-235959-00000000"
        try batch.publish(as: "job")
        try second.publish(as: "job-2", doneName: "job-2.jsonl", finishedAt: 20)
        for name in ["job", "job.jsonl", "job-2"] {
            #expect(try batch.results(name).source.batchID == second.id, "\(name)")
        }
        #expect(try batch.results(spool.layout.output + "/job").source.batchID == batch.id)
    }

    @Test func anInputThatWasChangedIsNotWhatWasAsked() throws {
        try batch.publish()
        _ = try spool.write(batch.input.replacing("What is a?", with: "What is z?"), to: "done/job.jsonl")
        let results = try batch.results()
        #expect(results.complaint?.contains("was changed since it ran") == true)
        #expect(try results.texts()[0] == "a ? → A letter.")
    }

    @Test func anotherFileThanWasSubmittedIsRefused() throws {
        try batch.publish(doneName: nil)
        let table = try spool.write("id,question\na,What is a?\n", to: "table.csv")
        let error = #expect(throws: ToolError.self) { try batch.results(input: table) }
        #expect(error?.problem.contains("not what was submitted") == true)
        #expect(error?.remedy.contains(".jsonl") == true)
        let padded = String(repeating: "x", count: batch.input.utf8.count)
        let document = try spool.write(padded, to: "prompt.txt")
        #expect(throws: ToolError.self) { try batch.results(input: document) }
    }

    @Test func aLinkToTheInputIsFollowed() throws {
        try batch.publish(doneName: nil)
        let kept = try spool.write(batch.input, to: "kept.jsonl")
        let link = spool.layout.root + "/link.jsonl"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: kept)
        #expect(try batch.results(input: link).texts()[0] == "a What is a? → A letter.")
        let error = #expect(throws: ToolError.self) { try batch.results(input: "/dev/null") }
        #expect(error?.problem.contains("no regular file") == true)
    }

    @Test func anAnswerUnderAnotherIDThanItsLineMakesUpIsRefused() throws {
        try batch.publish(doneName: nil)
        let other = try spool.write(
            batch.input.replacing(#"{"id":"a","prompt""#, with: #"{         "prompt""#), to: "other.jsonl")
        #expect(throws: ToolError.self) { try batch.results(input: other).texts() }
    }

    @Test func aResultThatIsShownTwiceIsGivenOnce() throws {
        var batch = batch
        batch.answers.append(batch.answers[0])
        try batch.run()
        #expect(try batch.results().texts().count == 4)
    }

    @Test func anOpenBatchIsMeantBeforeAFinishedOne() throws {
        try batch.publish()
        var open = batch
        open.id = "20261127-235959-00000000"
        try open.run()
        #expect(try batch.results().source.batchID == open.id)
        #expect(try batch.results(batch.id).source.batchID == batch.id)
        var third = open
        third.id = "20261127-235959-00000001"
        try spool.writeStatus(batches: "[\(open.statusEntry(.running)),\(third.statusEntry(.ingesting))]")
        let error = #expect(throws: ToolError.self) { try batch.results() }
        #expect(error?.remedy.contains(third.id) == true)
    }

    @Test func aBatchThatHasEndedSinceTheStatusIsReadFromItsOutput() throws {
        try batch.publish()
        try spool.writeStatus(batches: "[\(batch.statusEntry(.publishing))]")
        #expect(try batch.results().source.directory == spool.layout.output + "/job")
    }

    @Test func aRefusedBatchSaysSo() throws {
        try spool.writeStatus(batches: "[\(batch.statusEntry(.failed))]")
        let error = #expect(throws: ToolError.self) { try batch.results() }
        #expect(error?.problem.contains("refused") == true)
    }

    @Test func withoutItsInputABatchHasItsAnswersStill() throws {
        try batch.publish(doneName: nil)
        let results = try batch.results()
        #expect(results.complaint?.contains("--input") == true)
        #expect(try results.texts()[0] == "a ? → A letter.")
        let kept = try spool.write(batch.input, to: "kept.jsonl")
        #expect(try batch.results(input: kept).texts()[0] == "a What is a? → A letter.")
    }

    @Test func anotherFileIsNotTakenForTheInput() throws {
        try batch.publish(doneName: nil)
        let other = try spool.write(
            batch.input.replacing("\"c\"", with: "\"d\""), to: "other.jsonl")
        let error = #expect(throws: ToolError.self) { try batch.results(input: other).texts() }
        #expect(error?.problem.contains("line 5 is 'd'") == true)
        #expect(throws: (any Error).self) { try batch.results(input: spool.layout.root + "/none") }
    }

    @Test func aDamagedFileIsNamedWithItsLine() throws {
        let directory = try batch.publish()
        let file = "output/job/output.jsonl"
        let text = try String(contentsOfFile: directory + "/output.jsonl", encoding: .utf8)
        _ = try spool.write(text + "{\"id\":1}\n", to: file)
        let error = #expect(throws: ToolError.self) { try batch.results().texts() }
        #expect(error?.problem.contains("output.jsonl:3") == true)
    }

    @Test func aDocumentIsOnePrompt() throws {
        var sky = SampleBatch(spool: spool, name: "sky.md", input: "---\nid: sky\n---\n\nWhy is it blue?\n")
        sky.format = .markdown
        sky.answer(1, "sky", "It scatters.")
        try sky.publish(as: "sky", doneName: "sky.md")
        #expect(try sky.results("sky").texts() == ["sky Why is it blue? → It scatters."])
    }

    @Test(arguments: 0..<50)
    func linesAreFoundInAnyOrder(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let lines = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
            String(repeating: "x", count: Int.random(in: 0...30, using: &generator))
        }
        let ending = Bool.random(using: &generator) ? "\n" : ""
        let path = try spool.write(lines.joined(separator: "\n") + ending, to: "lines")
        let numbered = NumberedLines(of: try InputFile(path: path), limit: 20)
        for _ in 0..<80 {
            let number = Int.random(in: -1...50, using: &generator)
            let known = number >= 1 && number <= lines.count ? lines[number - 1] : nil
            let isCut = number == lines.count && ending.isEmpty && known?.isEmpty == true
            let expected = isCut || (known?.count ?? 0) > 20 ? nil : known
            #expect(try numbered.line(number) == expected.map { Array($0.utf8) }, "line \(number)")
        }
    }
}
