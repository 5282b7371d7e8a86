import Foundation
import PromptBatch
import Spool

/// A batch of the API.
enum KnownBatch: Sendable {
    /// A client has created it, and the ledger does not have it yet.
    case ordered(BatchOrder)
    /// The ledger has it; it came by the order, or otherwise.
    case recorded(BatchRecord, BatchOrder?)

    /// OpenAI's names for where a batch is.
    enum Status: String, Sendable {
        case validating, failed, finalizing, completed, expired, cancelling, cancelled
        case inProgress = "in_progress"
    }

    var order: BatchOrder? {
        switch self {
        case .ordered(let order): order
        case .recorded(_, let order): order
        }
    }

    var record: BatchRecord? {
        switch self {
        case .ordered: nil
        case .recorded(let record, _): record
        }
    }

    var id: String {
        switch self {
        case .ordered(let order): order.id
        case .recorded(let record, let order): order?.id ?? BatchOrder.id(ofBatch: record.id)
        }
    }

    var createdAt: Date {
        switch self {
        case .ordered(let order): order.createdAt
        case .recorded(let record, let order): order?.createdAt ?? record.claimedAt
        }
    }

    /// How long its prompts have that say nothing themselves; nil if that is not said as a duration.
    var completionWindow: String? {
        if let order { return order.completionWindow }
        guard let deadline = record?.fileDeadline, deadline.window != nil else { return nil }
        return deadline.text
    }

    /// When prompts that say nothing themselves expire; nil for never.
    var expiresAt: Date? {
        switch self {
        case .ordered(let order): order.expiresAt
        case .recorded(let record, _): record.fileDeadline?.instant(claimedAt: record.claimedAt)
        }
    }

    var status: Status {
        switch self {
        case .ordered(let order):
            order.lostAt != nil ? .failed : isToBeCancelled ? .cancelling : .validating
        case .recorded(let record, _):
            switch record.state {
            case .ingesting: isToBeCancelled ? .cancelling : .validating
            case .running: isToBeCancelled ? .cancelling : .inProgress
            case .publishing: isToBeCancelled ? .cancelling : .finalizing
            case .done: record.isCancelled ? .cancelled : record.expiredCount > 0 ? .expired : .completed
            case .failed: .failed
            }
        }
    }

    /// What a client asked for may still be on its way to the daemon.
    private var isToBeCancelled: Bool { record?.isCancelled == true || order?.cancellingAt != nil }

    /// When it came to its end, if that was this one.
    func endedAt(as status: Status) -> Date? {
        self.status == status ? record?.finishedAt ?? order?.lostAt : nil
    }
}
