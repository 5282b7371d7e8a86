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
    let control: ControlLoop
    let deadlines: DeadlineWatch
    let hooks: HookLoop
    let retention: RetentionLoop
    let troubles = Troubles()
    let requests = RequestsInFlight()
    let metrics = DaemonMetrics()
    let socketNumbers = SocketNumbers()
    private let failures = CountedFailures()
    let inputs: BatchInputs
    private let settings: SharedSettings
    private let lines = RateBudget(perSecond: 200)
    private let learning = RateBudget(perSecond: 100)
    private let time: any TimeSource
    private let logger: Logger
    /// Between two tries to go on while the disk fails.
    private static let retryInterval: Duration = .seconds(5)
    private let stores = Mutex<[String: LearnedStore]>([:])

    /// - Parameter executor: runs what waits for the disk.
    init(
        settings: SharedSettings, layout: SpoolLayout, ledger: Ledger, judge: SharedJudge,
        executor: any TaskExecutor, time: any TimeSource, logger: Logger
    ) {
        let queue = PromptQueue(ledger: ledger, time: time, troubles: troubles, logger: logger)
        // What was accepted is read back whatever the limit is now.
        let inputs = BatchInputs(ledger: ledger, layout: layout, maximumLineBytes: .max)
        let hooks = HookLoop(
            ledger: ledger, layout: layout, settings: settings, time: time, troubles: troubles, logger: logger
        )
        let publisher = BatchPublisher(
            ledger: ledger, layout: layout, isTold: { settings.current.hooks.batchFinished != nil },
            onEnd: { await hooks.lookAgain() })
        self.ledger = ledger
        self.queue = queue
        self.hooks = hooks
        self.inputs = inputs
        self.settings = settings
        self.time = time
        self.logger = logger
        let recorder = OutcomeRecorder(
            ledger: ledger, layout: layout, time: time, troubles: troubles, logger: logger)
        self.recorder = recorder
        let deadlines = DeadlineWatch(
            ledger: ledger, layout: layout, queue: queue, requests: requests, recorder: recorder,
            metrics: metrics, time: time, troubles: troubles, logger: logger)
        self.deadlines = deadlines
        let control = ControlLoop(
            box: ControlBox(layout: layout), lookup: BatchLookup(ledger: ledger),
            cancellation: BatchCancellation(
                ledger: ledger, queue: queue, requests: requests, recorder: recorder,
                metrics: metrics),
            retry: BatchRetry(
                ledger: ledger, layout: layout, queue: queue, deadlines: deadlines, recorder: recorder,
                time: time),
            executor: executor, time: time, troubles: troubles, logger: logger)
        self.control = control
        retention = RetentionLoop(
            retention: Retention(layout: layout, ledger: ledger), settings: settings, executor: executor,
            time: time, troubles: troubles, logger: logger)
        let reader = BatchReader(
            ledger: ledger, publisher: publisher, judge: { judge.current }, settings: settings,
            executor: executor, logger: logger,
            onBatch: { batch, hasGrown in
                let current = try await ledger.batch(sequence: batch.sequence) ?? batch
                if current.openCount == 0 { return await recorder.announceCompleted(batch.sequence) }
                if current.isCancelled { return try await control.resumeCancelling(current) }
                if let deadline = current.deadline { await deadlines.note(deadline) }
                if hasGrown {
                    try await queue.extend(batch: batch.sequence)
                } else {
                    try await queue.add(batch: batch.sequence)
                }
            })
        publishing = PublishLoop(
            ledger: ledger, publisher: publisher, inputs: inputs, queue: queue, reader: reader,
            executor: executor, time: time, troubles: troubles, logger: logger)
        let growth = GrowthWatch(
            ledger: ledger, continuation: BatchContinuation(ledger: ledger, layout: layout), reader: reader,
            recorder: recorder, settings: settings, time: time, troubles: troubles, logger: logger)
        intake = Intake(
            layout: layout, ledger: ledger, reader: reader, growth: growth, settings: settings, time: time,
            troubles: troubles, logger: logger)
    }

    /// Goes on with what an earlier run left: batches to publish, prompts that wait, files half read.
    ///
    /// - Parameter isStopping: whether the daemon was told to stop, so that nothing is waited for.
    /// - Throws: what is wrong with ledger or spool if waiting does not mend it, `CancellationError`.
    func recover(isStopping: @Sendable () async -> Bool = { false }) async throws {
        publishing.publisher.removeStaged()
        while true {
            do {
                try await goOn()
                if troubles.clear(.recovery) { logger.notice("Going on with what an earlier run left") }
                return
            } catch let error as SpoolError where error.isTemporary {
                try Task.checkCancellation()
                if await isStopping() { throw CancellationError() }
                if troubles.set(.recovery, "\(error)") { logger.error("The start waits: \(error)") }
                try await time.sleep(for: Self.retryInterval)
            }
        }
    }

    private func goOn() async throws {
        try await publishing.sweep()
        // A batch of which this cannot be done holds up no other. The watch tells of it.
        do { try await deadlines.endOverdue() } catch let error as SpoolError where !error.isTemporary {}
        try await queue.recover()
        for batch in try await ledger.openBatches() where batch.state != .ingesting {
            if batch.openCount == 0 {
                await recorder.announceCompleted(batch.sequence)
            } else {
                try await control.resumeCancelling(batch)
            }
        }
        try await intake.recover()
        let waiting = await queue.waiting
        if waiting > 0 { logger.notice("Going on with \(waiting) prompts of an earlier run") }
    }

    /// A dispatcher for one engine configuration, with what was learned of that engine.
    func makeDispatcher(
        for configuration: ServedConfiguration, start: DispatcherStart, work: SharedWork,
        socketPrefix: String,
        onReady: @escaping @Sendable () async -> Void
    ) -> Dispatcher {
        let store = store(for: configuration.source.fingerprint)
        let runner = PromptRunner(
            inputs: inputs, queue: queue, requests: requests, recorder: recorder, store: store,
            failures: failures, metrics: metrics, settings: settings,
            engineName: configuration.settings.engine.name,
            lines: lines,
            learning: learning, logger: logger)
        return Dispatcher(
            source: configuration.source, queue: queue, work: work, store: store, runner: runner,
            settings: configuration.settings, logger: logger, start: start, socketPrefix: socketPrefix,
            onReady: onReady)
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
