import Foundation
import JSON
import PromptBatch
import Spool

/// Writes batches as the API shows them.
struct BatchObject: Sendable {
    /// What a batch has for its completion window that was dropped into the spool without one.
    private static let noWindow = "none"

    let files: FileCatalog

    /// - Throws: `SpoolError` if its files cannot be looked at.
    func json(of batch: KnownBatch) throws(SpoolError) -> JSON {
        let order = batch.order
        let record = batch.record
        var object: JSONObject = ["id": .string(batch.id), "object": "batch"]
        object["endpoint"] = .string(order?.endpoint ?? PromptEndpoint.chatCompletions.rawValue)
        object["errors"] = try errors(of: batch)
        object["input_file_id"] = .string(inputFile(of: batch))
        object["completion_window"] = .string(batch.completionWindow ?? Self.noWindow)
        object["status"] = .string(batch.status.rawValue)
        let outputs = try record.map { record throws(SpoolError) in try files.outputs(of: record) } ?? []
        object["output_file_id"] = Self.id(of: .output, among: outputs)
        object["error_file_id"] = Self.id(of: .errors, among: outputs)
        let times: [(String, Date?)] = [
            ("created_at", batch.createdAt), ("in_progress_at", record?.startedAt),
            ("expires_at", batch.expiresAt),
            ("finalizing_at", nil), ("completed_at", batch.endedAt(as: .completed)),
            ("failed_at", batch.endedAt(as: .failed)), ("expired_at", batch.endedAt(as: .expired)),
            ("cancelling_at", order?.cancellingAt), ("cancelled_at", batch.endedAt(as: .cancelled)),
        ]
        for (key, date) in times { object[key] = JSON(seconds: date) }
        object["request_counts"] = [
            "total": JSON(record?.promptCount ?? 0), "completed": JSON(record?.answeredCount ?? 0),
            "failed": JSON(record?.failedCount ?? 0),
        ]
        object["metadata"] = Self.metadata(order?.metadata)
        return .object(object)
    }

    private func inputFile(of batch: KnownBatch) -> String {
        switch batch {
        case .ordered(let order), .recorded(_, let order?): order.inputFile
        case .recorded(let record, nil): FileID.part(.input, batch: record.id).text
        }
    }

    private static func id(of part: FileID.Part, among outputs: [StoredFile]) -> JSON {
        let file = outputs.first { file in
            if case .part(part, _) = file.id { true } else { false }
        }
        return JSON(file?.id.text)
    }

    /// Why the whole file was refused.
    private func errors(of batch: KnownBatch) throws(SpoolError) -> JSON {
        guard batch.status == .failed else { return .null }
        guard let record = batch.record else {
            return Self.list([
                PromptProblem(
                    code: "input_missing", message: "The file was taken away before it was read.",
                    remedy: "Create the batch again.")
            ])
        }
        guard let report = try BatchFiles(of: record, in: files.layout).refusal() else { return .null }
        return Self.list([report.problem] + report.problems)
    }

    private static func list(_ problems: [PromptProblem]) -> JSON {
        let errors = problems.map { problem -> JSON in
            [
                "code": .string(problem.code), "message": .string("\(problem.message) \(problem.remedy)"),
                "line": JSON(problem.line), "param": JSON(problem.field),
            ]
        }
        return ["object": "list", "data": .array(errors)]
    }

    private static func metadata(_ metadata: [String: String]?) -> JSON {
        guard let metadata else { return .null }
        return .object(
            JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }))
    }
}
