import Foundation
import Logging
import PromptBatch
import Settings
import Spool
import Synchronization
import Systemd

/// Takes dropped files in: watches `incoming/`, claims what is complete, reads it into the ledger.
actor Intake {
    private let layout: SpoolLayout
    private let ledger: Ledger
    private let publisher: BatchPublisher
    private let judge: @Sendable () -> PromptJudge
    private let settings: SharedSettings
    private let logger: Logger
    /// Called with every batch whose prompts wait.
    private let onBatch: @Sendable (Int64) async throws -> Void
    private var foreign: Set<String> = []
    /// Claimed files whose reading the disk interrupted.
    private var unfinished: [ClaimedFile] = []
    private(set) var lastBeat = ContinuousClock.now
    private(set) var trouble: String?

    init(
        layout: SpoolLayout, ledger: Ledger, publisher: BatchPublisher,
        judge: @escaping @Sendable () -> PromptJudge, settings: SharedSettings, logger: Logger,
        onBatch: @escaping @Sendable (Int64) async throws -> Void
    ) {
        self.layout = layout
        self.ledger = ledger
        self.publisher = publisher
        self.judge = judge
        self.settings = settings
        self.logger = logger
        self.onBatch = onBatch
    }

    /// Reads files again whose claim or reading a stop interrupted.
    func recover() async throws {
        for file in try ClaimedFile.existing(in: layout) {
            let record = try await ledger.batch(id: file.batchID)
            if record == nil || record?.state == .ingesting {
                await take(file)
            } else if let record, record.state == .running {
                try await FollowFiles(layout: layout, batchID: record.id).rebuild(
                    from: ledger, batch: record.sequence)
            }
        }
        try await endRefused()
    }

    /// Ends batches whose file was refused, or taken away by somebody, before that was recorded.
    private func endRefused() async throws {
        for batch in try await ledger.openBatches() where batch.state == .ingesting {
            let isWaiting = unfinished.contains { $0.batchID == batch.id }
            if !isWaiting { try await publisher.reject(batch, problems: []) }
        }
    }

    /// Handles events until the task is cancelled.
    ///
    /// - Throws: ``SpoolError`` if the directory can no longer be watched.
    func run(events: AsyncStream<IncomingWatcher.Event>) async throws {
        let rescans = AsyncStream<IncomingWatcher.Event>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    rescans.continuation.yield(.rescan)
                    try? await Task.sleep(for: self.settings.current.input.rescanInterval)
                }
                rescans.continuation.finish()
            }
            group.addTask { for await event in events { await self.handle(event) } }
            group.addTask { for await event in rescans.stream { await self.handle(event) } }
            group.addTask {
                while !Task.isCancelled {
                    await self.beat()
                    try? await Task.sleep(for: .milliseconds(500))
                }
            }
        }
    }

    private func beat() { lastBeat = .now }

    private func handle(_ event: IncomingWatcher.Event) async {
        switch event {
        case .arrived(let name):
            guard let entry = IncomingEntry(name: name, directory: layout.incoming, settleTime: .zero) else {
                return
            }
            await consider(entry)
        case .rescan:
            await rescan()
        }
    }

    private func rescan() async {
        let again = unfinished
        unfinished = []
        for file in again { await take(file) }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: layout.incoming).sorted()
            trouble = nil
        } catch {
            trouble = "cannot list \(layout.incoming): \(error.localizedDescription)"
            logger.error("\(trouble ?? "")")
            return
        }
        foreign.formIntersection(names)
        let settleTime = settings.current.input.settleTime
        for name in names {
            if let entry = IncomingEntry(
                name: name, directory: layout.incoming, settleTime: settleTime)
            {
                await consider(entry)
            }
        }
    }

    private func consider(_ entry: IncomingEntry) async {
        switch entry.kind {
        case .growing: return
        case .foreign(let what):
            guard foreign.insert(entry.name).inserted else { return }
            logger.warning(
                "incoming/\(entry.name) is \(what) and is left alone; drop regular files",
                metadata: ["MESSAGE_ID": "\(MessageID.spoolEntryIgnored.rawValue)"])
        case .complete:
            do {
                guard let file = try ClaimedFile.claim(entry.name, in: layout) else { return }
                await take(file)
                trouble = nil
            } catch {
                trouble = "\(error)"
                logger.error("\(error)")
            }
        }
    }

    private func take(_ file: ClaimedFile) async {
        let judge = judge()
        let ingest = BatchIngest(
            ledger: ledger, maximumLineBytes: settings.current.input.maximumLineBytes)
        do {
            switch try await ingest.ingest(
                file, annotate: { judge.annotate($0, batch: file.batchID) })
            {
            case .accepted(let batch, let prompts, let rejected):
                let lines = rejected == 0 ? "" : ", \(rejected) of them unreadable lines"
                logger.notice(
                    "Batch \(file.name): \(prompts) prompts\(lines)",
                    metadata: [
                        "MESSAGE_ID": "\(MessageID.batchClaimed.rawValue)", "batch": "\(batch.id)",
                        "file": "\(file.name)", "prompts": "\(prompts)", "rejected": "\(rejected)",
                    ])
                try await onBatch(batch.sequence)
            case .unreadable(let batch, let problems):
                let path = try await publisher.reject(batch, problems: problems) ?? layout.failed
                let problem = problems.first?.message ?? ""
                logger.error(
                    "Batch \(file.name) cannot run: \(problem) It is now \(path), see \(path).error.json",
                    metadata: [
                        "MESSAGE_ID": "\(MessageID.batchFailed.rawValue)", "batch": "\(batch.id)",
                        "file": "\(file.name)",
                    ])
            }
        } catch {
            trouble = "\(error)"
            unfinished.append(file)
            logger.error(
                "Batch \(file.name) waits in active/\(file.batchID) and will be read again: \(error)",
                metadata: ["batch": "\(file.batchID)"])
        }
    }
}
