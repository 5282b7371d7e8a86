import Logging

/// A log event as the fields of a journal entry.
public struct JournalEntry: Hashable, Sendable {
    /// The fields in the order they are sent.
    public let fields: [JournalField]

    /// - Parameters:
    ///   - event: what was logged.
    ///   - metadata: the event's metadata merged with that of its logger.
    ///   - label: the logger's label, which becomes `DRAFTSPOOL_LOGGER`.
    ///   - identifier: the `SYSLOG_IDENTIFIER`, which `journalctl -t` finds.
    public init(event: LogEvent, metadata: Logger.Metadata, label: String, identifier: String) {
        var fields = [
            JournalField(wellKnown: "MESSAGE", event.message.description),
            JournalField(wellKnown: "PRIORITY", String(Self.priority(of: event.level))),
            JournalField(wellKnown: "SYSLOG_IDENTIFIER", identifier),
            JournalField(wellKnown: "CODE_FILE", event.file),
            JournalField(wellKnown: "CODE_LINE", String(event.line)),
            JournalField(wellKnown: "CODE_FUNC", event.function),
            JournalField(key: "logger", label),
        ]
        if let error = event.error {
            fields.append(JournalField(key: "error", String(describing: error)))
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            fields += Self.fields(key, value)
        }
        self.fields = fields
    }

    /// The syslog priority of a level, 7 (debug) to 2 (critical).
    public static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// An array gives its field once for every element, a dictionary a field for every key.
    private static func fields(_ key: String, _ value: Logger.MetadataValue) -> [JournalField] {
        switch value {
        case .array(let elements):
            return elements.flatMap { fields(key, $0) }
        case .dictionary(let members):
            return members.sorted { $0.key < $1.key }.flatMap { fields("\(key)_\($0.key)", $0.value) }
        case .string, .stringConvertible:
            guard key != MessageID.metadataKey else { return [JournalField(wellKnown: key, "\(value)")] }
            return [JournalField(key: key, "\(value)")]
        }
    }
}
