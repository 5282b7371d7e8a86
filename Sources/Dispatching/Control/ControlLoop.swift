import Foundation
import Logging
import Spool

/// Carries out what people ask by `draftspool cancel` and `draftspool retry`.
struct ControlLoop: Sendable {
    private static let rescanInterval: Duration = .seconds(1)

    let box: ControlBox
    let lookup: BatchLookup
    let cancellation: BatchCancellation
    let retry: BatchRetry
    let executor: BlockingWork
    let troubles: Troubles
    let logger: Logger
    /// Called when prompts wait again.
    let onChange: @Sendable () async -> Void

    /// Serves requests until the task is cancelled.
    func run() async {
        await withTaskExecutorPreference(executor) {
            await settleStaged()
            let events = try? IncomingWatcher.events(in: box.directory)
            await withTaskGroup { group in
                let (wakeUps, wakeUp) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
                group.addTask {
                    while !Task.isCancelled {
                        wakeUp.yield()
                        try? await Task.sleep(for: Self.rescanInterval)
                    }
                    wakeUp.finish()
                }
                if let events { group.addTask { for await _ in events { wakeUp.yield() } } }
                group.addTask { for await _ in wakeUps { await serveWaiting() } }
            }
        }
    }

    /// Goes on with the cancelling of a batch, if it was asked for while the batch was read or before a restart.
    func resumeCancelling(_ batch: BatchRecord) async throws {
        guard batch.isCancelled, batch.state == .running else { return }
        _ = try await cancellation.finish(batch)
    }

    private func settleStaged() async {
        do { try await retry.settleStaged(requests: box) } catch { logger.error("\(error)") }
    }

    private func serveWaiting() async {
        do {
            for id in try box.waiting() where !Task.isCancelled { try await serve(id) }
            box.removeOldReplies()
            troubles.clear(.control)
        } catch {
            if troubles.set(.control, "\(error)") { logger.error("\(error)") }
        }
    }

    private func serve(_ id: String) async throws {
        guard !box.hasReply(to: id) else { return try box.remove(id) }
        let reply: ControlReply
        do {
            let request = try box.request(id)
            reply = try await carryOut(request, id: id)
            logger.notice(
                "\(request.action.rawValue): \(reply.message)", metadata: ["batch": "\(reply.batch ?? "")"])
            if reply.prompts > 0 { await onChange() }
        } catch let problem as ControlProblem {
            reply = ControlReply(isDone: false, message: problem.message, remedy: problem.remedy)
        } catch let error as SpoolError {
            if error.code == ENOENT { return }
            reply = ControlReply(isDone: false, message: "\(error)")
        }
        try box.reply(reply, to: id)
        try box.remove(id)
    }

    private func carryOut(_ request: ControlRequest, id: String) async throws -> ControlReply {
        var batch = try await lookup.find(request.batch)
        switch request.action {
        case .cancel:
            guard let prompts = request.prompts else { return try await cancellation.cancel(batch) }
            batch = try await lookup.wait(for: batch, toLeave: [.ingesting])
            return try await cancellation.cancel(prompts, of: batch)
        case .retry:
            batch = try await lookup.wait(for: batch, toLeave: [.ingesting, .publishing])
            if batch.state == .running {
                if let reply = try await retry.requeue(request.prompts, of: batch) { return reply }
                batch = try await lookup.wait(for: batch, toLeave: [.running, .publishing])
            }
            return try await runAgain(request.prompts, of: batch, id: id)
        }
    }

    /// The request is removed before the new file can be picked up, so that nothing is run twice after a crash in
    /// between; the staged file says then that it is to be dropped.
    private func runAgain(_ prompts: [String]?, of batch: BatchRecord, id: String) async throws
        -> ControlReply
    {
        var (reply, staged) = try await retry.stage(prompts, of: batch, for: id)
        try box.remove(id)
        reply.file = try retry.drop(staged)
        return reply
    }
}
