import Foundation
import Spool

/// Waits until dropped batches have ended, by the daemon's status.
struct BatchFollower {
    private static let pollInterval: Duration = .milliseconds(250)
    /// How long a daemon that was there may be gone, for example while systemd restarts it.
    private static let absenceTolerated: Duration = .seconds(30)

    private let access: SpoolAccess
    private let unit: String
    private let drops: [BatchDrop]
    /// Ids of batches that were there before: an inode number may have been theirs.
    private let earlier: Set<String>
    private let start = Date()
    private var outcomes: [Int: BatchOutcome] = [:]
    private var progress = WaitProgress()
    private var remaining = RemainingTime()
    private var wasRunning = false
    private var lastSeen = ContinuousClock.now

    /// - Parameters:
    ///   - unit: what systemctl calls the daemon.
    ///   - before: the status before the first drop.
    init(access: SpoolAccess, unit: String, drops: [BatchDrop], before: SpoolStatus?) {
        self.access = access
        self.unit = unit
        self.drops = drops
        earlier = Set(before?.batches.map(\.id) ?? [])
    }

    /// Returns the outcomes in the order of the drops.
    ///
    /// - Parameter show: is given the progress several times a second.
    /// - Throws: ``ToolError`` if the daemon ends and does not come back; `SpoolError` if the status cannot be read.
    mutating func wait(show: (WaitProgress) -> Void) async throws -> [BatchOutcome] {
        while true {
            let status = try SpoolStatus.read(from: access.layout)
            look(at: status)
            if outcomes.count == drops.count { break }
            try checkPresence(status)
            show(progress)
            try await Task.sleep(for: Self.pollInterval)
        }
        return drops.indices.compactMap { outcomes[$0] }
    }

    private mutating func look(at status: SpoolStatus?) {
        noteEnds(status)
        var seen = WaitProgress()
        var hasStarted = false
        var expected: Date?
        for (index, drop) in drops.enumerated() {
            let known = drop.prompts + drop.unreadable
            if let outcome = outcomes[index] {
                seen.prompts += outcome.isRefused ? known : outcome.answered + outcome.failed
                seen.done += outcome.isRefused ? known : outcome.answered + outcome.failed
                seen.failed += outcome.isRefused ? known : outcome.failed
                hasStarted = true
            } else if let batch = batch(of: drop, in: status), batch.state != .ingesting {
                seen.prompts += batch.prompts
                seen.done += batch.answered + batch.failed
                seen.failed += batch.failed
                hasStarted = true
                if let end = batch.expectedEnd?.at { expected = max(expected ?? end, end) }
            } else {
                seen.prompts += known
            }
        }
        seen.tokensPerSecond = status?.tokensPerSecond
        seen.remainingSeconds =
            remaining.estimate(
                done: seen.done, of: seen.prompts, at: Date().timeIntervalSince(start))
            ?? expected.map { max(0, $0.timeIntervalSinceNow) }
        seen.notice = notice(status, hasStarted: hasStarted)
        progress = seen
    }

    private mutating func noteEnds(_ status: SpoolStatus?) {
        var unlisted: [Int] = []
        for (index, drop) in drops.enumerated() where outcomes[index] == nil {
            if let batch = batch(of: drop, in: status) {
                outcomes[index] = BatchSearch.outcome(of: batch, in: access.layout)
            } else if !isIncoming(drop) {
                unlisted.append(index)
            }
        }
        guard !unlisted.isEmpty else { return }
        let search = BatchSearch(layout: access.layout)
        for index in unlisted { outcomes[index] = search.outcome(of: drops[index], since: start) }
    }

    /// Whether a file waits to be picked up, so that it is nowhere else.
    private func isIncoming(_ drop: BatchDrop) -> Bool {
        var status = stat()
        return lstat(access.layout.incoming + "/" + drop.name, &status) == 0
            && UInt64(status.st_ino) == drop.inode
    }

    private func batch(of drop: BatchDrop, in status: SpoolStatus?) -> SpoolStatus.Batch? {
        status?.batches.first {
            $0.inode == drop.inode && $0.name == drop.name && !earlier.contains($0.id)
        }
    }

    private func notice(_ status: SpoolStatus?, hasStarted: Bool) -> String? {
        if let complaint = access.presence(of: status).complaint { return "waiting: \(complaint)" }
        guard let status else { return nil }
        switch status.state {
        case .blocked, .draining, .stopped: return status.message
        case .starting: return "the engine is starting"
        case .ready: return hasStarted ? nil : "waiting to be picked up"
        }
    }

    private mutating func checkPresence(_ status: SpoolStatus?) throws(ToolError) {
        if access.presence(of: status).isRunning {
            wasRunning = true
            lastSeen = .now
            return
        }
        guard wasRunning, lastSeen.duration(to: .now) > Self.absenceTolerated else { return }
        throw ToolError(
            "the daemon is gone and has not come back; what was dropped stays queued",
            remedy: "start it again (systemctl start \(unit)); draftspool status shows the batch")
    }
}
