import Control
import Dispatching
import Foundation
import Hooks
import Intake
import Logging
import Loops
import Publishing
import Settings
import Spool

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
    let inputs: BatchInputs
    let dispatchers: DispatcherFactory
    private let time: any TimeSource
    private let logger: Logger
    /// Between two tries to go on while the disk fails.
    private static let retryInterval: Duration = .seconds(5)

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
        self.time = time
        self.logger = logger
        let recorder = OutcomeRecorder(
            ledger: ledger, layout: layout, time: time, troubles: troubles, logger: logger)
        self.recorder = recorder
        dispatchers = DispatcherFactory(
            inputs: inputs, queue: queue, requests: requests, recorder: recorder, metrics: metrics,
            settings: settings, logger: logger)
        let deadlines = DeadlineWatch(
            ledger: ledger, layout: layout, queue: queue, requests: requests, recorder: recorder,
            metrics: metrics, time: time, troubles: troubles, logger: logger)
        self.deadlines = deadlines
        let control = ControlLoop(
            ledger: ledger, layout: layout, queue: queue, requests: requests, recorder: recorder,
            metrics: metrics, deadlines: deadlines, executor: executor, time: time, troubles: troubles,
            logger: logger)
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
            ledger: ledger, publisher: publisher, reader: reader, executor: executor, time: time,
            troubles: troubles, logger: logger,
            onPublished: { batch in
                await inputs.close(batch)
                await queue.forget(batch: batch)
            })
        intake = Intake(
            layout: layout, ledger: ledger, reader: reader, settings: settings, time: time,
            troubles: troubles, logger: logger,
            onComplete: { await recorder.announceCompleted($0) })
        // A status that cannot be read is written anew, and costs no more than the past.
        metrics.note((try? SpoolStatus.read(from: layout))?.laneStarts?.reversed() ?? [])
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
}
