import Foundation
import Logging
import PromptBatch
import Settings
import Synchronization
import TestSupport

@testable import Control
@testable import Daemon
@testable import Dispatching
@testable import Publishing
@testable import Spool

/// The daemon's own parts, put together as the daemon does, with workers in place of lanes.
struct SimulatedDaemon {
    private static let workers = 3

    let shared: SimulatedSpool.Shared
    let layout: SpoolLayout
    let plan: FaultPlan
    let executor: SeededExecutor
    let seed: UInt64

    func run(
        events: AsyncStream<IncomingWatcher.Event>, requests: AsyncStream<IncomingWatcher.Event>
    ) async throws {
        let session = "\(layout.disk.uniqueNumber())"
        let connection = try SimulatedLedger(shared.database, plan: plan, executor: executor)
        let parts = DaemonParts(
            settings: SharedSettings(shared.settings), layout: layout,
            ledger: Ledger(connection, path: "/ledger", session: session), judge: shared.judge,
            executor: executor, time: executor,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await parts.recorder.run() }
            group.addTask { await parts.publishing.run(parts.recorder.completedBatches) }
            try await parts.recover()
            group.addTask { await parts.intake.run(events: events) }
            group.addTask { await parts.control.run(events: requests) }
            group.addTask { await parts.deadlines.run() }
            group.addTask { await parts.retention.run() }
            for number in 0..<Self.workers {
                group.addTask { try await work(parts, number: number) }
            }
            try await group.waitForAll()
        }
    }

    /// Answers prompts, as a slot of a lane does.
    private func work(_ parts: DaemonParts, number: Int) async throws {
        var random = SeededGenerator(seed: seed &+ layout.disk.uniqueNumber())
        while !Task.isCancelled {
            let groups = await parts.queue.backlog()
            guard let prompt = try? await parts.queue.take(from: Set(groups.map(\.text))) else {
                try await executor.sleep(for: .milliseconds(250))
                continue
            }
            do {
                try await answer(prompt, parts, fails: Int.random(in: 0..<5, using: &random) == 0) {
                    try await executor.sleep(for: .milliseconds(Int.random(in: 1...2000, using: &random)))
                }
            } catch is CancellationError {
                return
            } catch {
                try await executor.sleep(for: .seconds(1))
                await parts.queue.putBack(prompt)
            }
        }
    }

    private func answer(
        _ queued: QueuedPrompt, _ parts: DaemonParts, fails: Bool, generate: () async throws -> Void
    ) async throws {
        let batch = try await parts.inputs.batch(queued.key.batch)
        var line = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: queued.key.line), customID: queued.customID,
            response: nil, error: nil)
        do {
            let prompt = try await parts.inputs.prompt(queued, of: batch)
            guard await parts.recorder.begin(PromptAttempt(key: queued.key, attempts: queued.attempts + 1))
            else {
                return await parts.queue.end(queued.key)
            }
            try await generate()
            if fails {
                line.error = .init(code: "engine_error", message: "made to fail", line: queued.key.line)
            } else {
                line.response = .init(statusCode: 200, requestID: nil, body: ["asked": prompt.body])
            }
        } catch let problem as PromptProblem {
            line.error = .init(code: problem.code, message: problem.message, line: queued.key.line)
        }
        let outcome = PromptOutcome(
            key: queued.key, isSuccess: line.error == nil, outputLine: line.serialized(), timingLine: nil,
            answer: batch.isDocument && line.error == nil ? "answer" : nil)
        await parts.recorder.record([outcome], batchID: batch.id)
        await parts.queue.end(queued.key)
    }
}
