import Loops

/// When the queue looks at the ledger for batches that wait there, and reads again what it could not.
struct LedgerLooks {
    /// Between two looks for what was added without the queue being told, since something failed in between.
    static let interval: Duration = .seconds(10)

    /// Before what could not be read is read again.
    let pauseAfterTrouble: Duration
    let time: any TimeSource
    /// Whether the ledger may have waiting batches that are not active.
    private(set) var mayFindMore = true
    /// Newcomers that were taken before batches that may wait in the ledger, since these were last looked for.
    private(set) var newcomers = 0
    /// When what could not be read is read again; nil: there is nothing, as far as is known.
    private var readsAgainAt: ContinuousClock.Instant?
    private var last = ContinuousClock.now

    init(pauseAfterTrouble: Duration, time: any TimeSource) {
        self.pauseAfterTrouble = pauseAfterTrouble
        self.time = time
    }

    /// Whether a look now may find something.
    var isDue: Bool { mayFindMore && readsAgainAt == nil }

    /// When the next one is due if nothing happens.
    var next: ContinuousClock.Instant {
        readsAgainAt ?? (mayFindMore ? .now + pauseAfterTrouble : last + Self.interval)
    }

    /// All that waits and has room is looked for.
    mutating func begin() {
        mayFindMore = false
        newcomers = 0
    }

    /// A batch waits in the ledger, or may.
    mutating func noteMore() { mayFindMore = true }

    /// A batch was taken before others that may wait in the ledger.
    mutating func noteNewcomer() { newcomers += 1 }

    /// Something could not be read.
    mutating func readAgainLater() { readsAgainAt = readsAgainAt ?? time.now + pauseAfterTrouble }

    /// Everything is looked for anew.
    mutating func readAgainNow() {
        mayFindMore = true
        readsAgainAt = nil
    }

    /// Lets what is due be looked for.
    ///
    /// - Returns: Whether what could not be read is to be read again now.
    mutating func readAgainIfDue() -> Bool {
        if last.duration(to: .now) >= Self.interval {
            last = .now
            mayFindMore = true
            // The batches that are here may wait for an engine that is away; newcomers for another one are not held up
            // for good.
            newcomers = 0
        }
        guard let readsAgainAt, readsAgainAt <= time.now else { return false }
        self.readsAgainAt = nil
        return true
    }
}
