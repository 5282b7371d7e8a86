import Foundation
import PromptBatch

/// A published batch, read back.
struct BatchOutput {
    let directory: String
    let answers: [OutputLine]
    let errors: [OutputLine]
    let timings: [TimingRecord]
    let summary: BatchSummary

    init(directory: String) throws {
        self.directory = directory
        func lines(_ name: String) throws -> [Data] {
            try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name))
                .split(separator: UInt8(ascii: "\n")).map { Data($0) }
        }
        answers = try lines("output.jsonl").map { try OutputLine(reading: [UInt8]($0)) }
        errors = try lines("errors.jsonl").map { try OutputLine(reading: [UInt8]($0)) }
        timings = try lines("timing.jsonl").map { try JSONDecoder().decode(TimingRecord.self, from: $0) }
        summary = try JSONDecoder().decode(
            BatchSummary.self, from: Data(contentsOf: URL(fileURLWithPath: directory + "/summary.json")))
    }

    /// The custom ids answered, in file order.
    var answeredIDs: [String] { answers.compactMap(\.customID) }

    /// The answer's text.
    func text(_ customID: String) -> String? {
        answers.first { $0.customID == customID }?.response?.body["choices"]?[0]?["message"]?["content"]?
            .stringValue
    }

    /// The most prompts that were at the engine at one moment.
    var mostInFlight: Int {
        timings.map { one in
            timings.count { $0.startedAt <= one.startedAt && one.startedAt < $0.finishedAt }
        }.max() ?? 0
    }

    func timing(_ customID: String) -> TimingRecord? { timings.first { $0.customID == customID } }
    func error(_ customID: String) -> OutputLine? { errors.first { $0.customID == customID } }
}
