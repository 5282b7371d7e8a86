import Dispatch
import Foundation

/// Tells what happens to the names in `incoming/`, by inotify(7).
public enum IncomingWatcher {
    /// What happened.
    public enum Event: Sendable, Hashable {
        /// A writer has closed the file of this name, or it was renamed in.
        case arrived(FileName)
        /// Something of this name was made; a writer that made it is told of by ``opened(_:)`` too.
        case created(FileName)
        /// Somebody, we ourselves included, has opened the file of this name.
        case opened(FileName)
        /// Notifications were lost or the directory was replaced: look at everything.
        case rescan
    }

    /// Events that wait to be handled at most; when there are more, the oldest give way to a ``Event/rescan``.
    private static let bufferedEvents = 16384

    /// Watches `directory` until the stream is no longer iterated.
    ///
    /// - Throws: ``SpoolError`` if the directory cannot be watched.
    public static func events(in directory: String) throws(SpoolError) -> AsyncStream<Event> {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw SpoolError(operation: "start inotify for", path: directory) }
        let mask = UInt32(
            IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_OPEN | IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR)
        guard inotify_add_watch(descriptor, directory, mask) >= 0 else {
            let error = SpoolError(operation: "watch", path: directory)
            close(descriptor)
            throw error
        }
        let (events, continuation) = AsyncStream<Event>.makeStream(
            bufferingPolicy: .bufferingNewest(bufferedEvents))
        // libdispatch's sources may be used from any thread; their Swift type does not say so.
        nonisolated(unsafe) let source = DispatchSource.makeReadSource(fileDescriptor: descriptor)
        source.setEventHandler {
            var hasDropped = false
            for event in read(descriptor) {
                if case .dropped = continuation.yield(event) { hasDropped = true }
            }
            if hasDropped { continuation.yield(.rescan) }
        }
        source.setCancelHandler { close(descriptor) }
        continuation.onTermination = { _ in source.cancel() }
        source.activate()
        return events
    }

    /// Reads what the kernel has queued.
    private static func read(_ descriptor: Int32) -> [Event] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count > 0 ? parse(buffer[..<count]) : []
    }

    /// Reads `struct inotify_event` records: wd, mask, cookie, len (each 32 bits), then `len` bytes of name.
    static func parse(_ bytes: ArraySlice<UInt8>) -> [Event] {
        var events: [Event] = []
        var rest = bytes
        let headerSize = 16
        while rest.count >= headerSize {
            let (mask, length) = rest.withUnsafeBytes {
                (
                    $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
                    Int($0.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
                )
            }
            let nameBytes = rest.dropFirst(headerSize).prefix(length).prefix { $0 != 0 }
            rest = rest.dropFirst(headerSize + length)
            let name = FileName(bytes: Array(nameBytes))
            if mask & UInt32(IN_CLOSE_WRITE | IN_MOVED_TO) != 0 {
                events.append(.arrived(name))
            } else if mask & UInt32(IN_CREATE) != 0 {
                events.append(.created(name))
            } else if mask & UInt32(IN_OPEN) != 0 {
                // The directory itself is opened without a name.
                if !name.bytes.isEmpty { events.append(.opened(name)) }
            } else if mask & UInt32(IN_Q_OVERFLOW | IN_MOVE_SELF | IN_DELETE_SELF | IN_IGNORED) != 0 {
                events.append(.rescan)
            }
        }
        return events
    }
}
