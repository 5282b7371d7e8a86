import JSON
import PromptBatch

/// What came of one prompt, joined with what was asked.
struct BatchResult: Sendable {
    let outcome: OutputLine
    /// Nil if the line could not be read, or what was asked is not at hand.
    let prompt: Prompt?

    var customID: String? { outcome.customID }
    /// The line of the input, 1-based.
    var line: Int? { outcome.inputLine ?? outcome.error?.line }
    /// What the last user turn asks.
    var question: String? { prompt?.question }
    /// The answer's text; nil if the prompt failed.
    var answer: String? { outcome.error == nil ? outcome.answerText : nil }
    var failure: OutputLine.Failure? { outcome.error }

    /// Why the answer ends where it does: `stop`, `length`, …
    var finishReason: String? {
        guard outcome.error == nil else { return nil }
        return outcome.response?.body["choices"]?[0]?["finish_reason"]?.stringValue
    }

    /// It was answered, so that its line was a prompt when it ran.
    var isAnswerWithoutQuestion: Bool { failure == nil && prompt == nil }

    /// What to call it.
    var label: String { customID ?? line.map { "line-\($0)" } ?? outcome.id }

    /// All turns, where there are more than the question.
    private var messages: JSON? {
        guard let turns = prompt?.body["messages"]?.arrayValue, turns.count > 1 else { return nil }
        return .array(turns)
    }

    /// `custom_id`, `line`, `prompt`, `messages` where there is more than the one, `answer`, `finish_reason`, `error`.
    var json: JSON {
        var object: JSONObject = ["custom_id": JSON(customID), "line": JSON(line), "prompt": JSON(question)]
        object["messages"] = messages
        object["answer"] = JSON(answer)
        object["finish_reason"] = JSON(finishReason)
        object["error"] = error
        return .object(object)
    }

    private var error: JSON {
        guard let failure else { return .null }
        var object: JSONObject = ["code": .string(failure.code), "message": .string(failure.message)]
        object["remedy"] = failure.remedy.map(JSON.string)
        object["field"] = failure.field.map(JSON.string)
        return .object(object)
    }
}
