import Foundation
import Logging
import Synchronization
import Systemd

/// The daemon's log: to the journal under systemd, otherwise to standard error.
final class DaemonLog: Sendable {
    private let threshold = Mutex(Logger.Level.info)
    private let target: LogTarget

    /// - Throws: ``JournalUnavailableError`` if the journal is asked for and there is none.
    init(target: LogTarget) throws(JournalUnavailableError) {
        self.target = try target.resolved(
            journalStream: ProcessInfo.processInfo.environment["JOURNAL_STREAM"])
    }

    /// The least severe level that is logged; a reload may change it.
    var level: Logger.Level {
        get { threshold.withLock { $0 } }
        set { threshold.withLock { $0 = newValue } }
    }

    func makeLogger() -> Logger {
        Logger(label: "draftspoold") { label in
            AdjustableLogHandler(log: self, handler: target.handler(label: label, level: .trace))
        }
    }
}
