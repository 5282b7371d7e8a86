import Logging
import Spool

/// Batches whose waiting prompts could not be read from the ledger when they were last looked for.
struct UnreadableBatches {
    private var first: (batch: BatchRecord, error: SpoolError)?
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    mutating func add(_ batch: BatchRecord, _ error: SpoolError) {
        if first == nil { first = (batch, error) }
        count += 1
    }

    /// Tells of them in the status and, once, in the journal; if there are none, that there were.
    func tell(_ troubles: Troubles, _ logger: Logger) {
        guard let (batch, error) = first else {
            if troubles.clear(.queue) { logger.notice("All batches that wait can be read again") }
            return
        }
        let others = count > 1 ? " and \(count - 1) others" : ""
        let trouble = "the batch \(batch.name)\(others) waits, since its prompts cannot be read: \(error)"
        if troubles.set(.queue, trouble) { logger.error("\(trouble)", metadata: ["batch": "\(batch.id)"]) }
    }
}
