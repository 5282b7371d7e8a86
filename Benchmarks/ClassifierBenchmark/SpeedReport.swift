import Foundation
import Workload

/// The time to classify prompts of several sizes.
struct SpeedReport {
    private static let sentence =
        "Explain, in the order in which they happened, the three decisions that made the harbor what it is today. "
    private let classifier: WorkloadClassifier

    init(_ classifier: WorkloadClassifier) {
        self.classifier = classifier
    }

    /// Prints the median and the 95th percentile over repeated batches.
    func write() {
        print("speed, microseconds a prompt: median, 95th percentile")
        for bytes in [100, 1_000, 10_000, 64_000, 1_000_000, 10_000_000] {
            let request = WorkloadRequest(prompt: Self.text(bytes))
            let repeats = max(5, 200_000 / bytes)
            let batches = (0..<41).map { _ in microseconds(request, repeats: repeats) }.sorted()
            print(
                String(format: "%9d bytes %9.1f %9.1f", bytes, batches[batches.count / 2], batches[38]))
        }
    }

    private func microseconds(_ request: WorkloadRequest, repeats: Int) -> Double {
        let clock = ContinuousClock()
        var confidence = 0.0
        let elapsed = clock.measure {
            for _ in 0..<repeats { confidence += classifier.classify(request).confidence }
        }
        precondition(confidence > 0)
        return elapsed / .microseconds(1) / Double(repeats)
    }

    private static func text(_ bytes: Int) -> String {
        let whole = String(repeating: sentence, count: bytes / sentence.utf8.count + 1)
        return String(whole.prefix(bytes))
    }
}
