import Foundation

/// A buffered writer for one new file.
public final class FileWriter {
    /// The file's path.
    public let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private static let flushThreshold = 1 << 18

    /// Creates the file; one that exists is emptied, or continued if `appending`.
    public init(creating path: String, appending: Bool = false, mode: mode_t = 0o640) throws(SpoolError) {
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (appending ? O_APPEND : O_TRUNC)
        descriptor = open(path, flags, mode)
        guard descriptor >= 0 else { throw SpoolError(operation: "create", path: path) }
        self.path = path
    }

    deinit {
        close(descriptor)
    }

    /// Appends `bytes` to the buffer, which is written out when it is large.
    public func write(_ bytes: some Sequence<UInt8>) throws(SpoolError) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.flushThreshold { try flush() }
    }

    /// Writes `bytes` and a newline.
    public func writeLine(_ bytes: some Sequence<UInt8>) throws(SpoolError) {
        try write(bytes)
        try write(CollectionOfOne(UInt8(ascii: "\n")))
    }

    /// Hands the buffer to the kernel.
    public func flush() throws(SpoolError) {
        var offset = 0
        while offset < buffer.count {
            let written = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if written >= 0 {
                offset += written
            } else if errno != EINTR {
                let error = SpoolError(operation: "write", path: path)
                buffer.removeFirst(offset)
                throw error
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Flushes and waits until the disk has it.
    public func finish() throws(SpoolError) {
        try flush()
        guard fsync(descriptor) == 0 else { throw SpoolError(operation: "synchronise", path: path) }
    }
}
