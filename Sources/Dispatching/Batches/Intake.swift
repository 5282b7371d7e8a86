import Foundation
import Logging
import PromptBatch
import Settings
import Spool
import Systemd

/// Takes dropped files in: watches `incoming/` and claims what is complete. ``BatchReader`` reads it.
///
/// Claiming never waits for reading, so that a small file is claimed at once while a large one is being read. Not
/// more than ``mostClaimed`` files are claimed and not read; the rest stays in `incoming/`.
actor Intake {
    private static let mostClaimed = 512
    /// Files claimed at once: each waits for the disk once.
    private static let claimers = 16
    private static let leastRescanInterval: Duration = .milliseconds(500)
    /// Between two looks while the disk takes nothing.
    private static let retryInterval: Duration = .seconds(5)

    private let layout: SpoolLayout
    private let ledger: Ledger
    private let reader: BatchReader
    private let settings: SharedSettings
    private let troubles: Troubles
    private let logger: Logger
    private let complete = AsyncStream<FileName>.makeStream()
    private let claimed = AsyncStream<ClaimedFile>.makeStream()
    /// Names on their way to be claimed.
    private var claiming: Set<FileName> = []
    private var claimedCount = 0
    private var foreign: Set<FileName> = []
    /// Claimed files whose reading the disk interrupted.
    private var unfinished: [ClaimedFile] = []
    private var wantsRescan = true
    private var lastRescan: ContinuousClock.Instant?
    private(set) var lastBeat = ContinuousClock.now

    init(
        layout: SpoolLayout, ledger: Ledger, reader: BatchReader, settings: SharedSettings,
        troubles: Troubles, logger: Logger
    ) {
        self.layout = layout
        self.ledger = ledger
        self.reader = reader
        self.settings = settings
        self.troubles = troubles
        self.logger = logger
    }

    /// Goes on with files whose claim or reading a stop interrupted.
    func recover() async throws {
        let files = try ClaimedFile.existing(in: layout)
        for file in files {
            let record = try await ledger.batch(id: file.batchID)
            if record == nil || record?.state == .ingesting {
                hand(file)
            } else if let record, record.state == .running {
                try await FollowFiles(layout: layout, batchID: record.id).rebuild(
                    from: ledger, batch: record.sequence)
            }
        }
        try await endRefused(exceptOf: Set(files.map(\.batchID)))
    }

    /// Ends batches whose file was refused, or taken away by somebody, before that was recorded.
    private func endRefused(exceptOf present: Set<String>) async throws {
        for batch in try await ledger.openBatches()
        where batch.state == .ingesting && !present.contains(batch.id) {
            try await reader.publisher.reject(batch, problems: [])
        }
    }

    /// Handles events until the task is cancelled.
    func run(events: AsyncStream<IncomingWatcher.Event>) async {
        await withTaskGroup { group in
            group.addTask { for await event in events { await self.handle(event) } }
            group.addTask { await self.tick() }
            for _ in 0..<Self.claimers {
                group.addTask(executorPreference: self.reader.executor) {
                    for await name in self.complete.stream { await self.claim(name) }
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
            try? await Task.sleep(for: .milliseconds(100))
        }
        complete.continuation.finish()
        claimed.continuation.finish()
    }

    private func rescanIfDue() {
        let age = lastRescan.map { $0.duration(to: .now) }
        let interval = settings.current.input.rescanInterval
        guard let age else { return rescan() }
        let isBlocked = troubles.has(.intake) && age >= Self.retryInterval
        if isBlocked || age >= interval || wantsRescan && age >= Self.leastRescanInterval { rescan() }
    }

    private func handle(_ event: IncomingWatcher.Event) {
        switch event {
        case .arrived(let name):
            let entry = IncomingEntry(name: name, directory: layout.incoming, settleTime: .zero)
            if let entry { consider(entry) }
        case .rescan: wantsRescan = true
        }
    }

    private func rescan() {
        lastRescan = .now
        wantsRescan = false
        let again = unfinished
        unfinished = []
        if again.isEmpty, claiming.isEmpty { noteWorking() }
        again.forEach(hand)
        do {
            let names = try FileName.list(layout.incoming)
            if troubles.clear(.directory) { logger.notice("\(layout.incoming) can be read again") }
            foreign.formIntersection(names)
            let settleTime = settings.current.input.settleTime
            for name in names.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
                guard claiming.count + claimedCount < Self.mostClaimed else { break }
                let entry = IncomingEntry(name: name, directory: layout.incoming, settleTime: settleTime)
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
            guard foreign.insert(entry.name).inserted else { return }
            logger.warning(
                "incoming/\(entry.name.text) is \(what) and is left alone; drop regular files",
                metadata: ["MESSAGE_ID": "\(MessageID.spoolEntryIgnored.rawValue)"])
        case .complete:
            guard claiming.count + claimedCount < Self.mostClaimed else {
                wantsRescan = true
                return
            }
            if claiming.insert(entry.name).inserted { complete.continuation.yield(entry.name) }
        }
    }

    private nonisolated func claim(_ name: FileName) async {
        do {
            await noteClaim(of: name, try ClaimedFile.claim(name, in: layout))
        } catch {
            await noteUnclaimed(name, error)
        }
    }

    private func noteClaim(of name: FileName, _ file: ClaimedFile?) {
        claiming.remove(name)
        if let file { hand(file) }
    }

    private func noteUnclaimed(_ name: FileName, _ error: any Error) {
        claiming.remove(name)
        if troubles.set(.intake, "\(error)") { logger.error("\(error)") }
    }

    private func hand(_ file: ClaimedFile) {
        claimedCount += 1
        claimed.continuation.yield(file)
    }

    private nonisolated func read(_ file: ClaimedFile) async {
        do {
            try await reader.read(file)
            await noteRead()
        } catch {
            await noteUnfinished(file, error)
        }
    }

    private func noteRead() {
        claimedCount -= 1
        noteWorking()
    }

    private func noteWorking() {
        if troubles.clear(.intake) { logger.notice("Files are taken in again") }
    }

    private func noteUnfinished(_ file: ClaimedFile, _ error: any Error) {
        claimedCount -= 1
        unfinished.append(file)
        if troubles.set(.intake, "\(error)") {
            logger.error(
                "Batch \(file.name) waits in active/\(file.batchID) and will be read again: \(error)",
                metadata: ["batch": "\(file.batchID)"])
        }
    }
}
