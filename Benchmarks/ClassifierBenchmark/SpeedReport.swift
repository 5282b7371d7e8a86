import Foundation
import Workload

/// The processor time to classify prompts of several sizes: on a shared machine, waiting for a core is not counted.
struct SpeedReport {
    private static let sentence =
        "Explain, in the order in which they happened, the three decisions that made the harbor what it is today. "
    private let classifier: WorkloadClassifier

    init(_ classifier: WorkloadClassifier) {
        self.classifier = classifier
    }

    /// Prints the median and the 95th percentile over repeated batches.
    func write() {
        print("processor time, microseconds a prompt: median, 95th percentile")
        for bytes in [100, 1_000, 10_000, 64_000, 1_000_000, 10_000_000] {
            let request = WorkloadRequest(prompt: Self.text(bytes))
            let repeats = max(5, 200_000 / bytes)
            let batches = (0..<41).map { _ in microseconds(request, repeats: repeats) }.sorted()
            print(
                String(format: "%9d bytes %9.1f %9.1f", bytes, batches[batches.count / 2], batches[38]))
        }
    }

    private func microseconds(_ request: WorkloadRequest, repeats: Int) -> Double {
        var confidence = 0.0
        let start = Self.processorMicroseconds()
        for _ in 0..<repeats { confidence += classifier.classify(request).confidence }
        let elapsed = Self.processorMicroseconds() - start
        precondition(confidence > 0)
        return elapsed / Double(repeats)
    }

    private static func processorMicroseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }

    private static func text(_ bytes: Int) -> String {
        let whole = String(repeating: sentence, count: bytes / sentence.utf8.count + 1)
        return String(whole.prefix(bytes))
    }
}
