import Foundation
import Logging
import Loops
import Settings
import Spool

/// Removes now and then what the configuration does not want kept any longer.
package struct RetentionLoop: Sendable {
    private static let interval: Duration = .seconds(600)

    let retention: Retention
    let settings: SharedSettings
    let executor: any TaskExecutor
    let time: any TimeSource
    let troubles: Troubles
    let logger: Logger

    package init(
        retention: Retention, settings: SharedSettings, executor: any TaskExecutor, time: any TimeSource,
        troubles: Troubles, logger: Logger
    ) {
        self.retention = retention
        self.settings = settings
        self.executor = executor
        self.time = time
        self.troubles = troubles
        self.logger = logger
    }

    /// Prunes until the task is cancelled.
    package func run() async {
        await withTaskExecutorPreference(executor) {
            while !Task.isCancelled {
                await prune()
                try? await time.sleep(for: Self.interval)
            }
        }
    }

    private func prune() async {
        let limits = settings.current.retention
        do {
            let outputs = try await retention.pruneOutput(
                RetentionLimit(age: limits.outputAge, bytes: limits.outputBytes))
            for name in outputs { logger.notice("output/\(name) is older than is kept and was removed") }
            let inputs = try retention.pruneDone(
                RetentionLimit(age: limits.doneAge, bytes: limits.doneBytes))
            for name in inputs { logger.notice("done/\(name) is older than is kept and was removed") }
            let batches = try await retention.pruneLedger(
                RetentionLimit(age: limits.ledgerAge, bytes: limits.ledgerBytes))
            if batches > 0 { logger.notice("\(batches) old batches were removed from the ledger") }
            troubles.clear(.retention)
        } catch {
            if troubles.set(.retention, "\(error)") { logger.error("\(error)") }
        }
    }
}
