import Foundation
import Logging
import Loops
import PromptBatch
import Settings
import Spool
import SystemPackage
import Systemd

/// Takes dropped files in: watches `incoming/` and claims what is complete. ``BatchReader`` reads it.
///
/// Claiming never waits for reading, so that a small file is claimed at once while a large one is being read. Not
/// more than ``mostClaimed`` files are claimed and not read; the rest stays in `incoming/`.
package actor Intake {
    private static let mostClaimed = 512
    /// Files claimed at once: each waits for the disk once.
    private static let claimers = 16
    private static let leastRescanInterval: Duration = .milliseconds(500)
    /// Between two looks while the disk takes nothing.
    private static let retryInterval: Duration = .seconds(5)

    private let layout: SpoolLayout
    private let ledger: Ledger
    private let reader: BatchReader
    private let growth: GrowthWatch
    private let settings: SharedSettings
    private let time: any TimeSource
    private let troubles: Troubles
    private let logger: Logger
    private let complete = AsyncStream<(FileName, Closure)>.makeStream()
    private let claimed = AsyncStream<ClaimedFile>.makeStream()
    private var names = IncomingNames()
    /// Ids of claims that failed, of which directories may be left.
    private var abandoned: Set<String> = []
    private var claimedCount = 0
    /// Claimed files to be read again: the disk interrupted their reading, or they hold nothing yet.
    private var unread: [ClaimedFile] = []
    /// Ids of files of an earlier run that were handed on.
    private var recovered: Set<String> = []
    /// Ids of those that the disk interrupted.
    private var interrupted: Set<String> = []
    private var wantsRescan = true
    private var lastRescan: ContinuousClock.Instant?
    package private(set) var lastBeat = ContinuousClock.now

    /// - Parameter onComplete: called with a batch that is complete, and of whose file there is no more to be read.
    package init(
        layout: SpoolLayout, ledger: Ledger, reader: BatchReader, settings: SharedSettings,
        time: any TimeSource, troubles: Troubles, logger: Logger,
        onComplete: @escaping @Sendable (Int64) async -> Void
    ) {
        self.layout = layout
        self.ledger = ledger
        self.reader = reader
        self.settings = settings
        self.time = time
        self.troubles = troubles
        self.logger = logger
        growth = GrowthWatch(
            ledger: ledger, continuation: BatchContinuation(ledger: ledger, layout: layout), reader: reader,
            settings: settings, time: time, troubles: troubles, logger: logger, onComplete: onComplete)
    }

    /// Goes on with files whose claim, reading or putting away a stop interrupted.
    package func recover() async throws {
        let interrupted = InterruptedFiles(layout: layout, ledger: ledger, reader: reader, growth: growth)
        try await interrupted.goOn(exceptOf: recovered) { await self.handAgain($0) }
    }

    private func handAgain(_ file: ClaimedFile) {
        recovered.insert(file.batchID)
        hand(file)
    }

    /// Handles events until the task is cancelled.
    package func run(events: AsyncStream<IncomingWatcher.Event>) async {
        await withTaskGroup { group in
            group.addTask { for await event in events { await self.handle(event) } }
            group.addTask { await self.tick() }
            group.addTask(executorPreference: self.reader.executor) {
                await self.growth.run { await self.hand($0) }
            }
            for _ in 0..<Self.claimers {
                group.addTask(executorPreference: self.reader.executor) {
                    for await (name, closure) in self.complete.stream { await self.claim(name, closure) }
                }
            }
            for _ in 0..<BatchReader.readers {
                group.addTask(executorPreference: self.reader.executor) {
                    for await file in self.claimed.stream { await self.read(file) }
                }
            }
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            lastBeat = .now
            rescanIfDue()
            try? await time.sleep(for: .milliseconds(100))
        }
        complete.continuation.finish()
        claimed.continuation.finish()
    }

    private func rescanIfDue() {
        let age = lastRescan.map { $0.duration(to: time.now) }
        let interval = settings.current.input.rescanInterval
        guard let age else { return rescan() }
        let isBlocked = troubles.has(.intake) && age >= Self.retryInterval
        if isBlocked || age >= interval || wantsRescan && age >= Self.leastRescanInterval { rescan() }
    }

    // MARK: Looking

    private func handle(_ event: IncomingWatcher.Event) {
        names.note(event)
        switch event {
        case .arrived(let name):
            if let entry = IncomingEntry(announced: name, in: layout) { consider(entry) }
        case .created, .opened: break
        case .rescan: wantsRescan = true
        }
    }

    private func rescan() {
        lastRescan = time.now
        wantsRescan = false
        let again = unread
        unread = []
        again.forEach(hand)
        do {
            for id in abandoned {
                try ClaimedFile.removeDirectories(of: id, in: layout)
                abandoned.remove(id)
            }
            let present = try layout.disk.list(FilePath(layout.incoming))
            if troubles.clear(.directory) { logger.notice("\(layout.incoming) can be read again") }
            names.keep(present)
            noteWorking()
            let settleTime = settings.current.input.settleTime
            for name in present.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
                guard hasPlace() else { break }
                let entry = IncomingEntry(
                    found: name, in: layout, history: names.history(of: name), settleTime: settleTime)
                if let entry { consider(entry) }
            }
        } catch {
            if troubles.set(.directory, "\(error)") { logger.error("\(error)") }
        }
    }

    private func consider(_ entry: IncomingEntry) {
        switch entry.kind {
        case .growing: return
        case .foreign(let what):
            guard names.noteForeign(entry.name) else { return }
            logger.warning(
                "incoming/\(entry.name.text) is \(what) and is left alone; drop regular files",
                metadata: ["MESSAGE_ID": "\(MessageID.spoolEntryIgnored.rawValue)"])
        case .complete(let closure):
            guard hasPlace(), names.beginClaim(of: entry.name) else { return }
            complete.continuation.yield((entry.name, closure))
        }
    }

    /// Whether one more file may be claimed; where none may, `incoming/` is to be looked at again.
    private func hasPlace() -> Bool {
        guard names.claimingCount + claimedCount >= Self.mostClaimed else { return true }
        wantsRescan = true
        return false
    }

    // MARK: Claiming

    private nonisolated func claim(_ name: FileName, _ closure: Closure) async {
        let id = ClaimedFile.makeID(on: layout.disk)
        do {
            await noteClaim(of: name, try ClaimedFile.claim(name, as: id, in: layout, closure: closure))
        } catch {
            await noteUnclaimed(name, as: id, closure, error)
        }
    }

    private func noteClaim(of name: FileName, _ file: ClaimedFile?) {
        names.endClaim(of: name)
        if let file { hand(file) }
        noteWorking()
    }

    private func noteUnclaimed(_ name: FileName, as id: String, _ closure: Closure, _ error: any Error) {
        names.refuseClaim(of: name, closure)
        abandoned.insert(id)
        if troubles.set(.intake, "\(error)") { logger.error("\(error)") }
    }

    // MARK: Reading

    private func hand(_ file: ClaimedFile) {
        claimedCount += 1
        claimed.continuation.yield(file)
    }

    private nonisolated func read(_ file: ClaimedFile) async {
        do {
            await noteRead(file, isDone: try await reader.read(file))
        } catch {
            await noteUnfinished(file, error)
        }
    }

    private func noteRead(_ file: ClaimedFile, isDone: Bool) {
        claimedCount -= 1
        interrupted.remove(file.batchID)
        if !isDone { unread.append(file) }
        noteWorking()
    }

    /// The trouble is over when nothing that met it is left.
    private func noteWorking() {
        guard !names.areRefused, interrupted.isEmpty else { return }
        if troubles.clear(.intake) { logger.notice("Files are taken in again") }
    }

    private func noteUnfinished(_ file: ClaimedFile, _ error: any Error) {
        claimedCount -= 1
        unread.append(file)
        interrupted.insert(file.batchID)
        // A stop interrupts what reads the ledger; that is no trouble.
        guard !Task.isCancelled else { return }
        if troubles.set(.intake, "\(error)") {
            logger.error(
                "Batch \(file.name) waits in active/\(file.batchID) and will be read again: \(error)",
                metadata: ["batch": "\(file.batchID)"])
        }
    }
}
