import Synchronization

/// The last lines that an engine printed, kept for the message when it fails.
final class LastWords: Sendable {
    private let kept = Mutex<[String]>([])
    private let capacity: Int

    init(capacity: Int = 20) {
        self.capacity = capacity
    }

    func add(_ line: String) {
        kept.withLock { lines in
            if lines.count == capacity { lines.removeFirst() }
            lines.append(line)
        }
    }

    /// The lines, oldest first.
    var lines: [String] { kept.withLock { $0 } }
}
