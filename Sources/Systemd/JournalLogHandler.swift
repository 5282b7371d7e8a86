import Logging

/// Writes log events to journald as structured entries.
///
/// Each metadata key becomes a field of its own, so that `journalctl -t draftspoold DRAFTSPOOL_WORKLOAD=creative`
/// finds what it says. An entry that journald refuses goes to standard error, so that nothing is lost in silence.
public struct JournalLogHandler: LogHandler {
    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let identifier: String

    /// - Parameters:
    ///   - label: the logger's label.
    ///   - identifier: the `SYSLOG_IDENTIFIER` of the entries.
    ///   - metadataProvider: what adds metadata to every event.
    public init(
        label: String, identifier: String = "draftspoold", metadataProvider: Logger.MetadataProvider? = nil
    ) {
        self.label = label
        self.identifier = identifier
        self.metadataProvider = metadataProvider
    }

    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let entry = JournalEntry(
            event: event, metadata: merged(with: event), label: label, identifier: identifier)
        guard !Journal.send(entry) else { return }
        var fallback = StandardErrorLogHandler(label: label, metadataProvider: metadataProvider)
        fallback.metadata = metadata
        fallback.log(event: event)
    }
}
