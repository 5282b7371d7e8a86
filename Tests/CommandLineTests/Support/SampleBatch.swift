import Foundation
import JSON
import PromptBatch
import Spool
import SystemPackage

@testable import draftspool

/// A batch's input and outcomes as the daemon leaves them in a spool.
struct SampleBatch {
    let spool: TemporarySpool
    var id = "20261127-225501-3fa9c1d2"
    var name = "job.jsonl"
    var input: String
    var format = BatchFormat.simpleJSONL
    var answers: [OutputLine] = []
    var failures: [OutputLine] = []

    /// Adds the answer to the prompt of a line.
    mutating func answer(_ line: Int, _ customID: String, _ text: String, finishReason: String = "stop") {
        let body: JSON = [
            "choices": [["message": ["content": .string(text)], "finish_reason": .string(finishReason)]]
        ]
        answers.append(
            OutputLine(
                id: OutputLine.id(batchID: id, line: line), customID: customID,
                response: .init(statusCode: 200, requestID: nil, body: body), error: nil))
    }

    /// Adds the end of a prompt, or of a line, without an answer.
    mutating func fail(
        _ line: Int, _ customID: String?, code: String = "cancelled", _ message: String = "gone"
    ) {
        failures.append(
            OutputLine(
                id: OutputLine.id(batchID: id, line: line), customID: customID, response: nil,
                error: .init(code: code, message: message, remedy: "Wait.", line: line)))
    }

    /// Writes it as a finished batch.
    ///
    /// - Parameters:
    ///   - outputName: the directory in `output/`.
    ///   - doneName: the input's name in `done/`; nil: it is gone.
    /// - Returns: The output directory.
    @discardableResult
    func publish(
        as outputName: String = "job", doneName: String? = "job.jsonl", finishedAt: TimeInterval = 10
    ) throws -> String {
        let directory = spool.layout.output + "/" + outputName
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try writeOutcomes(to: "output/" + outputName)
        // Where it is gone it was there when the batch ended.
        let path = try spool.write(input, to: "done/" + (doneName ?? "gone.jsonl"))
        let status = try LinuxDisk().status(of: FilePath(path))
        if doneName == nil { try FileManager.default.removeItem(atPath: path) }
        let start = Date(timeIntervalSince1970: 1_764_000_000)
        let summary = BatchSummaryBuilder(
            batchID: id, input: name,
            inputFile: status.map {
                FileIdentity(inode: $0.inode, bytes: $0.size, modifiedAt: $0.modifiedAt)
            }, format: format, startedAt: start
        ).summary(finishedAt: start.addingTimeInterval(finishedAt))
        _ = try spool.write(
            String(decoding: summary.serialized(), as: UTF8.self), to: "output/\(outputName)/summary.json")
        return directory
    }

    /// Writes it as a batch that runs, with its status.
    ///
    /// - Parameter cutOff: the beginning of a line that the daemon is writing.
    func run(cutOff: String = "") throws {
        let directory = spool.layout.inputDirectory(batch: id)
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        _ = try spool.write(input, to: "active/\(id)/input/\(name)")
        try writeOutcomes(to: "active/" + id, cutOff: cutOff)
        try spool.writeStatus(batches: "[\(statusEntry(.running))]")
    }

    /// Its entry in the daemon's status.
    func statusEntry(_ state: BatchState) -> String {
        """
        {"id":"\(id)","name":"\(name)","inode":1,"state":"\(state.rawValue)","prompts":9,\
        "answered":\(answers.count),"failed":\(failures.count)}
        """
    }

    private func writeOutcomes(to directory: String, cutOff: String = "") throws {
        for (file, outcomes) in [("output.jsonl", answers), ("errors.jsonl", failures)] {
            let lines = outcomes.map { String(decoding: $0.serialized(), as: UTF8.self) + "\n" }
            _ = try spool.write(lines.joined() + cutOff, to: directory + "/" + file)
        }
    }

    /// Opens its results, by the status that the spool has.
    func results(
        _ argument: String = "job", input: String? = nil, failedOnly: Bool = false
    ) throws -> BatchResults {
        let search = ResultSearch(layout: spool.layout, status: try SpoolStatus.read(from: spool.layout))
        return try BatchResults.open(
            argument, search: search, input: input, maximumLineBytes: 1 << 20, failedOnly: failedOnly)
    }
}

extension BatchResults {
    /// Each result in short: `q-1 What? → answer`.
    func texts() throws -> [String] {
        var texts: [String] = []
        try forEach { result in
            let end = result.answer ?? "!" + (result.failure?.code ?? "")
            texts.append("\(result.label) \(result.question ?? "?") → \(end)")
        }
        return texts
    }
}
