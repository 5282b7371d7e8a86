import Logging

/// Where log events go.
public enum LogTarget: String, CaseIterable, Sendable {
    /// To the journal when the service manager connected standard error to it, otherwise to standard error.
    case auto
    /// To the journal.
    case journal
    /// To standard error.
    case stderr

    /// What the target means for this process.
    ///
    /// - Parameter journalStream: the environment's `JOURNAL_STREAM`, nil when not set.
    /// - Throws: ``JournalUnavailableError`` when the journal is asked for and there is none.
    public func resolved(journalStream: String?) throws(JournalUnavailableError) -> LogTarget {
        switch self {
        case .auto:
            return Journal.isStandardError(journalStream) && Journal.isReachable ? .journal : .stderr
        case .journal:
            guard Journal.isReachable else { throw JournalUnavailableError() }
            return .journal
        case .stderr:
            return .stderr
        }
    }

    /// A log handler for the target, for `LoggingSystem.bootstrap`. `auto` that was not resolved is standard error.
    ///
    /// - Parameters:
    ///   - label: the logger's label.
    ///   - level: the least severe level that is written.
    public func handler(label: String, level: Logger.Level) -> any LogHandler {
        var handler: any LogHandler =
            self == .journal ? JournalLogHandler(label: label) : StandardErrorLogHandler(label: label)
        handler.logLevel = level
        return handler
    }
}
