import Logging

extension MessageID {
    /// The metadata key an id travels under; ``JournalLogHandler`` writes it as the field of that name.
    public static let metadataKey = "MESSAGE_ID"
}

extension Logger {
    /// Logs an entry of a known kind.
    ///
    /// - Parameters:
    ///   - id: the kind, which becomes the journal's `MESSAGE_ID`.
    ///   - metadata: the entry's fields; `batch` becomes `DRAFTSPOOL_BATCH` in the journal.
    public func log(
        _ id: MessageID, level: Logger.Level = .info, _ message: @autoclosure () -> Logger.Message,
        metadata: Logger.Metadata = [:], file: String = #fileID, function: String = #function,
        line: UInt = #line
    ) {
        var metadata = metadata
        metadata[MessageID.metadataKey] = .string(id.rawValue)
        log(level: level, message(), metadata: metadata, file: file, function: function, line: line)
    }
}
