import JSON
import PromptBatch

/// What one of `doctor`'s checks found.
struct Finding: Sendable, Equatable {
    /// How good it is.
    enum Verdict: String, Sendable {
        case ok
        /// It works, but not as it could.
        case warn
        /// Batches cannot run like this, or not all that is configured can be had.
        case fail

        var style: Terminal.Style {
            switch self {
            case .ok: .green
            case .warn: .yellow
            case .fail: .red
            }
        }
    }

    /// What was looked at: `model`, `spool`, …
    let subject: String
    let verdict: Verdict
    /// What was found.
    let text: String
    /// What to do about it; nil if nothing needs doing.
    let remedy: String?

    /// The same of one of several engines, whose name goes in front; empty for the only one.
    func of(_ engine: String) -> Finding {
        Finding(
            subject: engine.isEmpty ? subject : "\(engine) \(subject)", verdict: verdict, text: text,
            remedy: remedy)
    }

    static func ok(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, verdict: .ok, text: text, remedy: nil)
    }

    static func warn(_ subject: String, _ text: String, remedy: String) -> Finding {
        Finding(subject: subject, verdict: .warn, text: text, remedy: remedy)
    }

    static func fail(_ subject: String, _ text: String, remedy: String) -> Finding {
        Finding(subject: subject, verdict: .fail, text: text, remedy: remedy)
    }

    func lines(for terminal: Terminal) -> [String] {
        let mark = terminal.styled(verdict.rawValue, verdict.style)
        let gap = String(repeating: " ", count: 6 - verdict.rawValue.count)
        let subject = subject + String(repeating: " ", count: max(1, 15 - subject.count))
        return [mark + gap + subject + text] + (remedy.map { ["      → " + $0] } ?? [])
    }

    var json: JSON {
        [
            "check": .string(subject), "verdict": .string(verdict.rawValue), "finding": .string(text),
            "remedy": JSON(remedy),
        ]
    }
}
