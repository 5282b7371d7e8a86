import Synchronization

/// How fast an engine reads prompts, from the times it reports.
///
/// Whatever an engine does beside makes reading look slower: steps of other slots, drafting, other prompts. So the
/// fastest readings count, whatever lane they were made in.
package final class ReadingSpeed: Sendable {
    private static let kept = 64
    /// One in so many readings is faster than what is believed.
    private static let fastestShare = 10

    private let rates = Mutex<[Double]>([])

    package init() {}

    /// Notes a reading.
    ///
    /// - Parameters:
    ///   - milliseconds: as the engine reports it; nil where it does not.
    ///   - bytes: length of the request, of which the prompt is most.
    package func note(milliseconds: Double?, bytes: Int) {
        guard let milliseconds, milliseconds > 0, bytes > 0 else { return }
        rates.withLock { rates in
            rates.append(milliseconds / 1000 / Double(bytes))
            if rates.count > Self.kept { rates.removeFirst() }
        }
    }

    /// Seconds that reading a byte takes; 0 before anything was read.
    package var secondsPerByte: Double {
        rates.withLock { $0.isEmpty ? 0 : $0.sorted()[$0.count / Self.fastestShare] }
    }
}
