import PromptBatch
import Synchronization

/// Gathers what became of prompts.
final class OutcomeCodes: Sendable {
    private let texts = Mutex<[String]>([])

    var all: [String] { texts.withLock { $0 } }

    func add(text: String) { texts.withLock { $0.append(text) } }

    /// `LINE answer`, or `LINE CODE` of the error.
    func add(_ line: OutputLine, line number: Int) { add(text: "\(number) \(line.error?.code ?? "answer")") }
}
