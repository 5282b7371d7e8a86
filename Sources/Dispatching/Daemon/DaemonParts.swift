import Foundation
import Logging
import Settings
import Speculation
import Spool
import Synchronization

/// The daemon's parts, put together once.
final class DaemonParts: Sendable {
    let ledger: Ledger
    let queue: PromptQueue
    let recorder: OutcomeRecorder
    let publishing: PublishLoop
    let intake: Intake
    private let inputs: BatchInputs
    private let layout: SpoolLayout
    private let settings: SharedSettings
    private let logger: Logger
    private let stores = Mutex<[String: LearnedStore]>([:])

    init(
        settings: SharedSettings, layout: SpoolLayout, judge: SharedJudge, logger: Logger,
        onBatch: @escaping @Sendable () async -> Void
    ) async throws {
        let current = settings.current
        let ledger = try Ledger(path: current.stateDirectory + "/ledger.sqlite")
        let queue = PromptQueue(ledger: ledger)
        let inputs = BatchInputs(
            ledger: ledger, layout: layout, maximumLineBytes: current.input.maximumLineBytes)
        let publisher = BatchPublisher(ledger: ledger, layout: layout)
        self.ledger = ledger
        self.queue = queue
        self.inputs = inputs
        self.layout = layout
        self.settings = settings
        self.logger = logger
        recorder = OutcomeRecorder(ledger: ledger, layout: layout, logger: logger)
        publishing = PublishLoop(
            ledger: ledger, publisher: publisher, inputs: inputs, queue: queue, logger: logger)
        intake = Intake(
            layout: layout, ledger: ledger, publisher: publisher, judge: { judge.current },
            settings: settings, logger: logger,
            onBatch: { batch in
                try await queue.add(batch: batch)
                await onBatch()
            })
    }

    /// Goes on with what an earlier run left: batches to publish, prompts that wait, files half read.
    func recover() async throws {
        publishing.publisher.removeStaged()
        try await queue.add()
        for batch in try await ledger.openBatches() where batch.state != .ingesting && batch.openCount == 0 {
            await recorder.announceCompleted(batch.sequence)
        }
        try await intake.recover()
        let waiting = await queue.waiting
        if waiting > 0 { logger.notice("Going on with \(waiting) prompts of an earlier run") }
    }

    /// A dispatcher for one engine configuration, with what was learned of that engine.
    func makeDispatcher(
        source: any EngineSource, onReady: @escaping @Sendable () async -> Void
    ) -> Dispatcher {
        let store = store(for: source.fingerprint)
        let runner = PromptRunner(
            inputs: inputs, ledger: ledger, recorder: recorder, store: store, layout: layout,
            settings: settings, logger: logger)
        return Dispatcher(
            source: source, queue: queue, store: store, runner: runner, settings: settings.current,
            logger: logger, onReady: onReady)
    }

    /// Writes what was learned of an engine to disk.
    func saveLearned(of source: any EngineSource) async {
        await store(for: source.fingerprint).save()
    }

    private func store(for fingerprint: EngineFingerprint) -> LearnedStore {
        stores.withLock { stores in
            if let store = stores[fingerprint.key] { return store }
            let store = LearnedStore(
                stateDirectory: settings.current.stateDirectory, fingerprint: fingerprint, logger: logger)
            stores[fingerprint.key] = store
            return store
        }
    }
}
