import Foundation
import PromptBatch
import Synchronization

/// The files of one batch's output while they are being written.
final class OutputSink: Sendable {
    private struct State: ~Copyable {
        let output: FileWriter
        let errors: FileWriter
        let timing: FileWriter
        var answer: String?
        var builder: BatchSummaryBuilder
    }

    private let state: Mutex<State>
    private let directory: String
    private let disk: any Disk
    private let hasBareAnswer: Bool

    /// - Parameter inputFile: the batch's input as it is now; nil if somebody took it away.
    init(
        directory: String, on disk: any Disk, batch: BatchRecord, inputFile: FileIdentity?
    ) throws(SpoolError) {
        self.disk = disk
        self.directory = directory
        hasBareAnswer = batch.isDocument
        let output = try FileWriter(creating: directory + "/output.jsonl", on: disk)
        let errors = try FileWriter(creating: directory + "/errors.jsonl", on: disk)
        let timing = try FileWriter(creating: directory + "/timing.jsonl", on: disk)
        state = Mutex(
            State(
                output: output, errors: errors, timing: timing, answer: nil,
                builder: BatchSummaryBuilder(
                    batchID: batch.id, input: batch.name, inputFile: inputFile,
                    format: batch.format ?? .simpleJSONL, startedAt: batch.claimedAt)))
    }

    /// Adds one prompt's end; call in input order.
    func add(_ outcome: StoredOutcome) throws {
        try state.withLock { state in
            try (outcome.isSuccess ? state.output : state.errors).writeLine(outcome.outputLine)
            if outcome.isUnreadable {
                state.builder.addUnreadableLine()
            } else if let line = outcome.timingLine {
                try state.timing.writeLine(line)
                state.builder.add(try PromptFigures(reading: line), succeeded: outcome.isSuccess)
            } else {
                state.builder.addFailedPrompt()
            }
            if hasBareAnswer { state.answer = outcome.answer }
        }
    }

    /// Writes the summary and brings everything to disk.
    func finish(at date: Date) throws(SpoolError) -> BatchSummary {
        let (summary, answer) = try state.withLock { state throws(SpoolError) in
            for writer in [state.output, state.errors, state.timing] { try writer.finish() }
            return (state.builder.summary(finishedAt: date), state.answer)
        }
        let summaryFile = try FileWriter(creating: directory + "/summary.json", on: disk)
        try summaryFile.writeLine(summary.serialized())
        try summaryFile.finish()
        if hasBareAnswer, let answer {
            let answerFile = try FileWriter(creating: directory + "/answer.md", on: disk)
            try answerFile.writeLine(answer.utf8)
            try answerFile.finish()
        }
        return summary
    }
}
