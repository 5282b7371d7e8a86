import Dispatching
import Foundation
import Logging
import Loops
import Publishing
import Spool

/// Carries out what people ask by `draftspool cancel` and `draftspool retry`.
package struct ControlLoop: Sendable {
    private static let rescanInterval: Duration = .seconds(1)
    /// Between two looks at requests that have to wait.
    private static let waitInterval: Duration = .milliseconds(100)
    /// How long a request may wait until its batch is in a state in which it can be carried out.
    private static let patience: Duration = .seconds(60)

    let box: ControlBox
    let lookup: BatchLookup
    let cancellation: BatchCancellation
    let retry: BatchRetry
    let executor: any TaskExecutor
    let time: any TimeSource
    let troubles: Troubles
    let logger: Logger

    package init(
        ledger: Ledger, layout: SpoolLayout, queue: PromptQueue, requests: RequestsInFlight,
        recorder: OutcomeRecorder, metrics: DaemonMetrics, deadlines: DeadlineWatch,
        executor: any TaskExecutor, time: any TimeSource, troubles: Troubles, logger: Logger
    ) {
        box = ControlBox(layout: layout)
        lookup = BatchLookup(ledger: ledger)
        cancellation = BatchCancellation(
            ledger: ledger, queue: queue, requests: requests, recorder: recorder, metrics: metrics)
        retry = BatchRetry(
            ledger: ledger, layout: layout, queue: queue, deadlines: deadlines, recorder: recorder, time: time
        )
        self.executor = executor
        self.time = time
        self.troubles = troubles
        self.logger = logger
    }

    /// Serves requests until the task is cancelled.
    ///
    /// - Parameter events: what happens in the directory of requests, beside which it is looked at every second.
    package func run(events: AsyncStream<IncomingWatcher.Event>?) async {
        await withTaskExecutorPreference(executor) {
            await withTaskGroup { group in
                let (wakeUps, wakeUp) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                group.addTask {
                    while !Task.isCancelled {
                        wakeUp.yield()
                        try? await time.sleep(for: Self.rescanInterval)
                    }
                    wakeUp.finish()
                }
                if let events { group.addTask { for await _ in events { wakeUp.yield() } } }
                group.addTask {
                    var waitingSince: [String: ContinuousClock.Instant] = [:]
                    // An earlier run may have left some.
                    var mayHaveStaged = true
                    for await _ in wakeUps {
                        await serveWaiting(&waitingSince, &mayHaveStaged)
                        while !waitingSince.isEmpty, !Task.isCancelled {
                            try? await time.sleep(for: Self.waitInterval)
                            await serveWaiting(&waitingSince, &mayHaveStaged)
                        }
                    }
                }
            }
        }
    }

    /// Goes on with the cancelling of a batch, if it was asked for while the batch was read or before a restart.
    package func resumeCancelling(_ batch: BatchRecord) async throws {
        guard batch.isCancelled, batch.state == .running else { return }
        _ = try await cancellation.finish(batch)
    }

    /// Serves what waits, in order; a request that has to wait for its batch does not hold up the others.
    ///
    /// - Parameters:
    ///   - waitingSince: the requests that have to wait.
    ///   - mayHaveStaged: whether files may be left that were staged and not dropped.
    private func serveWaiting(
        _ waitingSince: inout [String: ContinuousClock.Instant], _ mayHaveStaged: inout Bool
    ) async {
        do {
            if mayHaveStaged { try await retry.settleStaged(requests: box) }
            mayHaveStaged = false
            let ids = try box.waiting()
            waitingSince = waitingSince.filter { ids.contains($0.key) }
            for id in ids where !Task.isCancelled {
                mayHaveStaged = true
                do {
                    try await serve(id)
                    waitingSince[id] = nil
                } catch let wait as BatchIsBusy {
                    let start = waitingSince[id] ?? time.now
                    waitingSince[id] = start
                    guard start.duration(to: time.now) >= Self.patience else { continue }
                    let batch = wait.batch
                    try answer(
                        ControlReply(
                            isDone: false, message: "batch \(batch.name) is \(batch.state.rawValue)",
                            remedy: "try again later"), to: id)
                    waitingSince[id] = nil
                }
            }
            box.removeOldReplies()
            troubles.clear(.control)
        } catch {
            guard !Task.isCancelled else { return }
            if troubles.set(.control, "\(error)") { logger.error("\(error)") }
        }
    }

    private func serve(_ id: String) async throws {
        guard try !box.hasReply(to: id) else { return try box.remove(id) }
        let reply: ControlReply
        do {
            let request = try box.request(id)
            reply = try await carryOut(request, id: id)
            logger.notice(
                "\(request.action.rawValue): \(reply.message)", metadata: ["batch": "\(reply.batch ?? "")"])
        } catch let problem as ControlProblem {
            reply = ControlReply(isDone: false, message: problem.message, remedy: problem.remedy)
        } catch let error as SpoolError {
            // A stop is no answer: the request is served after the next start.
            if error.code == ENOENT || Task.isCancelled { return }
            reply = ControlReply(isDone: false, message: "\(error)")
        }
        try answer(reply, to: id)
    }

    private func answer(_ reply: ControlReply, to id: String) throws {
        try box.reply(reply, to: id)
        try box.remove(id)
    }

    private func carryOut(_ request: ControlRequest, id: String) async throws -> ControlReply {
        let batch = try await lookup.find(request.batch)
        switch request.action {
        case .cancel:
            guard let prompts = request.prompts else { return try await cancellation.cancel(batch) }
            if batch.state == .ingesting { throw BatchIsBusy(batch: batch) }
            return try await cancellation.cancel(prompts, of: batch)
        case .retry:
            switch batch.state {
            case .ingesting, .publishing: throw BatchIsBusy(batch: batch)
            case .running:
                guard let reply = try await retry.requeue(request.prompts, of: batch) else {
                    throw BatchIsBusy(batch: batch)
                }
                return reply
            case .done, .failed:
                return try await runAgain(request.prompts, of: batch, id: id)
            }
        }
    }

    /// The request is removed before the new file can be picked up, so that nothing is run twice after a crash in
    /// between; the staged file says then that it is to be dropped.
    private func runAgain(_ prompts: [String]?, of batch: BatchRecord, id: String) async throws
        -> ControlReply
    {
        var (reply, staged) = try await retry.stage(prompts, of: batch, for: id)
        do { try box.remove(id) } catch {
            retry.discard(staged)
            throw error
        }
        do { reply.file = try await retry.drop(staged) } catch {
            // Once it can be seen it will be run, whatever the disk says of the rest.
            guard retry.isStaged(staged) else { return reply }
            retry.discard(staged)
            throw error
        }
        return reply
    }
}

/// A request cannot be carried out while its batch is in this state, which it will leave.
private struct BatchIsBusy: Error {
    let batch: BatchRecord
}

/// Finds the batch a person means.
struct BatchLookup: Sendable {
    let ledger: Ledger

    /// The batch of this id, file or output name. Of several with the same name an open one is meant, else the last.
    ///
    /// - Throws: ``ControlProblem`` if there is none, or more than one open.
    func find(_ name: String) async throws -> BatchRecord {
        let batches = try await ledger.batches(named: name)
        let open: BatchRecord?
        do throws(AmbiguousBatchName) { open = try batches.openOne(called: name) } catch {
            throw ControlProblem(message: error.problem, remedy: error.remedy)
        }
        guard let batch = open ?? batches.first else {
            throw ControlProblem(
                message: "there is no batch \(name)",
                remedy: "draftspool status lists those that are open and the last that finished")
        }
        return batch
    }
}

/// Why a request of a person cannot be carried out, in words for them.
struct ControlProblem: Error {
    let message: String
    let remedy: String
}
