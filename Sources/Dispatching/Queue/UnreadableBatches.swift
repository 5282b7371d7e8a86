import Logging
import Loops
import Spool

/// Batches of whose waiting prompts some could not be read from the ledger when that was last tried.
struct UnreadableBatches {
    private struct Entry {
        let sequence: Int64
        /// Nil: not even its groups could be read.
        let group: QueueGroup.Key?
        /// Nil if that could not be read either.
        let batch: BatchRecord?
        let error: SpoolError
    }

    private let troubles: Troubles
    private let logger: Logger
    private var entries: [Entry] = []

    init(troubles: Troubles, logger: Logger) {
        self.troubles = troubles
        self.logger = logger
    }

    /// Notes what could not be read, of which ``tell()`` is to tell: a group, or else the whole batch.
    mutating func add(
        _ sequence: Int64, group: QueueGroup.Key? = nil, _ batch: BatchRecord?, _ error: SpoolError
    ) {
        guard !entries.contains(where: { $0.sequence == sequence && $0.group == group }) else { return }
        entries.append(Entry(sequence: sequence, group: group, batch: batch, error: error))
    }

    /// A group was read.
    mutating func forget(_ group: QueueGroup.Key) { removeAll { $0.group == group } }

    /// A batch was read, or waits no more.
    mutating func forget(_ sequence: Int64) { removeAll { $0.sequence == sequence } }

    private mutating func removeAll(where isMeant: (Entry) -> Bool) {
        let before = entries.count
        entries.removeAll(where: isMeant)
        if entries.count < before { tell() }
    }

    /// Tells of them in the status and, once, in the journal; if there are none, that there were.
    func tell() {
        guard let first = entries.first else {
            if troubles.clear(.queue) { logger.notice("All batches that wait can be read again") }
            return
        }
        let count = Set(entries.map(\.sequence)).count
        let others = count > 1 ? " and \(count - 1) others" : ""
        let name = first.batch?.name ?? "number \(first.sequence)"
        let trouble = "the batch \(name)\(others) waits, since its prompts cannot be read: \(first.error)"
        if troubles.set(.queue, trouble) {
            logger.error("\(trouble)", metadata: ["batch": "\(first.batch?.id ?? "")"])
        }
    }
}
