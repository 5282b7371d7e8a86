import Foundation
import JSON
import PromptBatch
import Settings
import Spool

/// What is told of a finished batch. Nothing that was asked or answered is among it.
public struct BatchFacts: Sendable {
    private static let event = "batch.finished"

    private let batch: BatchRecord
    private let layout: SpoolLayout

    public init(_ batch: BatchRecord, in layout: SpoolLayout) {
        self.batch = batch
        self.layout = layout
    }

    /// Names what is told, the same each time that it is.
    var id: String { "batch_\(batch.id)" }
    var batchID: String { batch.id }
    var spool: String { layout.root }

    private var outputDirectory: String? {
        batch.state == .done ? batch.outputName.map { layout.output + "/" + $0 } : nil
    }

    private var errorReport: String? {
        guard batch.state == .failed else { return nil }
        return batch.putAwayName.map { layout.failed + "/" + $0 + BatchPublisher.reportSuffix }
    }

    private var finishedAt: Date { batch.finishedAt ?? batch.claimedAt }

    /// As a program finds it in its environment.
    func value(of variable: HookVariable, attempt: Int) -> String {
        switch variable {
        case .event: Self.event
        case .batch: batch.id
        case .file: batch.name
        case .state: batch.state.rawValue
        case .output: outputDirectory ?? ""
        case .errorReport: errorReport ?? ""
        case .prompts: "\(batch.promptCount)"
        case .answered: "\(batch.answeredCount)"
        case .failed: "\(batch.failedCount)"
        case .expired: "\(batch.expiredCount)"
        case .claimedAt: RFC3339.string(from: batch.claimedAt)
        case .finishedAt: RFC3339.string(from: finishedAt)
        case .attempt: "\(attempt)"
        }
    }

    /// As a webhook is posted it.
    var json: JSON {
        [
            "type": .string(Self.event),
            "timestamp": .string(RFC3339.string(from: finishedAt)),
            "data": [
                "id": .string(batch.id),
                "file": .string(batch.name),
                "state": .string(batch.state.rawValue),
                "prompts": JSON(batch.promptCount),
                "answered": JSON(batch.answeredCount),
                "failed": JSON(batch.failedCount),
                "expired": JSON(batch.expiredCount),
                "output_directory": JSON(outputDirectory),
                "error_report": JSON(errorReport),
                "claimed_at": .string(RFC3339.string(from: batch.claimedAt)),
                "finished_at": .string(RFC3339.string(from: finishedAt)),
            ],
        ]
    }
}
