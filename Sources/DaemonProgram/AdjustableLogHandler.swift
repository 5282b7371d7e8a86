import Logging

/// Passes events on to another handler while they reach the log's level of the moment.
struct AdjustableLogHandler: LogHandler {
    private let log: DaemonLog
    private var handler: any LogHandler

    init(log: DaemonLog, handler: any LogHandler) {
        self.log = log
        self.handler = handler
    }

    var logLevel: Logger.Level {
        get { log.level }
        set { log.level = newValue }
    }

    var metadata: Logger.Metadata {
        get { handler.metadata }
        set { handler.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { handler[metadataKey: key] }
        set { handler[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        handler.log(event: event)
    }
}
