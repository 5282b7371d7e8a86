import Logging
import Synchronization

/// Keeps the events it is given; copies share what is kept.
struct RecordingHandler: LogHandler {
    private final class Store: Sendable {
        let events = Mutex<[LogEvent]>([])
    }

    var logLevel: Logger.Level = .trace
    var metadata: Logger.Metadata = [:]
    private let store = Store()

    var events: [LogEvent] { store.events.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        store.events.withLock { $0.append(event) }
    }
}
