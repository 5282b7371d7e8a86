import FoundationEssentials
import Glibc
import Logging

/// Writes log events to standard error, one readable line each; see ``LogLine``.
public struct StandardErrorLogHandler: LogHandler {
    public var logLevel: Logger.Level = .info
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private let descriptor: Int32

    /// - Parameters:
    ///   - label: the logger's label, which a line does not show.
    ///   - metadataProvider: what adds metadata to every event.
    public init(label: String, metadataProvider: Logger.MetadataProvider? = nil) {
        self.init(descriptor: STDERR_FILENO, metadataProvider: metadataProvider)
    }

    init(descriptor: Int32, metadataProvider: Logger.MetadataProvider? = nil) {
        self.descriptor = descriptor
        self.metadataProvider = metadataProvider
    }

    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let line = LogLine(date: .now, event: event, metadata: merged(with: event))
        write(Array(line.text.utf8) + [UInt8(ascii: "\n")])
    }

    /// Writes a whole line; what cannot be written, since nobody reads any more, is dropped.
    private func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
