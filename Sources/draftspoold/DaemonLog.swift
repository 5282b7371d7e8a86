import Logging
import Synchronization
import Systemd

/// The daemon's log and its level, which a reload may change.
final class DaemonLog: Sendable {
    private let threshold = Mutex(Logger.Level.info)

    /// The least severe level that is logged.
    var level: Logger.Level {
        get { threshold.withLock { $0 } }
        set { threshold.withLock { $0 = newValue } }
    }

    func makeLogger() -> Logger {
        Logger(label: "draftspoold") { StreamLogHandler.standardError(label: $0) }
    }
}
