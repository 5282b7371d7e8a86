import ArgumentParser
import Foundation
import PromptBatch

/// By when the prompts of what `submit` drops are to be answered.
struct DeadlineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ends prompts as batch_expired that have no answer so long after the file was picked up: 90m, 24h, 7d.",
            valueName: "duration"),
        transform: { text in
            guard let window = Deadline.window(text) else {
                throw ValidationError("It takes \(Deadline.windowForm), not '\(text)'.")
            }
            return window
        })
    var completionWindow: Duration?

    @Option(
        help: ArgumentHelp(
            "The same at an instant, with its zone: 2026-11-24T18:00:00Z.", valueName: "instant"),
        transform: { text in
            guard case .at(let instant)? = Deadline(text) else {
                throw ValidationError("It takes \(Deadline.instantForm), not '\(text)'.")
            }
            return instant
        })
    var deadline: Date?

    func validate() throws {
        guard let deadline else { return }
        if completionWindow != nil {
            throw ValidationError("Give --completion-window or --deadline, not both.")
        }
        if deadline <= Date() {
            throw ValidationError("--deadline \(Deadline.at(deadline).text) has passed; give a later one.")
        }
    }

    /// Of all prompts that have none of their own; nil if they may take their time.
    var value: Deadline? { completionWindow.map(Deadline.within) ?? deadline.map(Deadline.at) }
}
