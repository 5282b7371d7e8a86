/// How much of what waits is in memory.
package struct QueueLimits: Sendable {
    /// Batches that have groups in memory.
    package var activeBatches: Int
    /// Prompts of a group that are read ahead.
    package var readAhead: Int
    /// Prompts of all groups that are read ahead, about.
    package var mostReadAhead: Int
    /// Prompts that an engine gave back and that wait for their next try; with so many it is handed out nothing more.
    package var retries: Int

    package init(
        activeBatches: Int = 256, readAhead: Int = 256, mostReadAhead: Int = 8192, retries: Int = 1024
    ) {
        self.activeBatches = activeBatches
        self.readAhead = readAhead
        self.mostReadAhead = mostReadAhead
        self.retries = retries
    }

    /// With no more active batches than this the ledger is looked at for others.
    var placesToLoad: Int { activeBatches * 3 / 4 }

    /// Newcomers that are taken before batches that wait in the ledger, until these are looked for.
    var mostNewcomers: Int { max(1, activeBatches / 2) }

    /// Prompts to read at once of each of so many groups.
    func promptsToRead(ofEach groups: Int) -> Int { max(8, min(readAhead, mostReadAhead / groups)) }
}
