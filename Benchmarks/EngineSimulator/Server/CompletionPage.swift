import JSON
import EngineSimulation
import Glibc
import PromptBatch

/// The body of an answer, as llama-server writes it.
struct CompletionPage {
    let options: ServerOptions
    let request: CompletionRequest

    /// As long as a real answer, and of no meaning.
    private static let filler = String(repeating: "the step was simulated and so is this text, ", count: 128)
    private static let bytesPerToken = 4

    func body(of answer: FinishedGeneration) -> String {
        let text = Self.text(tokens: answer.generatedTokens)
        let reason = answer.isCut ? "length" : "stop"
        let timings = timings(of: answer)
        switch request.api {
        case .chat:
            return
                #"{"choices":[{"finish_reason":"\#(reason)","index":0,"message":{"role":"assistant","content":"\#(text)"}}],"#
                + common(answer, object: "chat.completion", timings: timings)
        case .text:
            return
                #"{"choices":[{"text":"\#(text)","index":0,"logprobs":null,"finish_reason":"\#(reason)"}],"#
                + common(answer, object: "text_completion", timings: timings)
        case .native:
            let stop = answer.isCut ? "limit" : "eos"
            return
                #"{"index":0,"content":"\#(text)","id_slot":\#(answer.slot),"stop":true,"model":\#(model),"#
                + #""tokens_predicted":\#(answer.generatedTokens),"tokens_evaluated":\#(answer.promptTokens),"#
                + #""stop_type":"\#(stop)","truncated":false,"timings":\#(timings)}"#
        }
    }

    private var model: String {
        String(decoding: JSON.string(request.model ?? options.model).serialized(), as: UTF8.self)
    }

    private func common(_ answer: FinishedGeneration, object: String, timings: String) -> String {
        let prompt = answer.promptTokens
        let generated = answer.generatedTokens
        return #""created":\#(time(nil)),"model":\#(model),"system_fingerprint":"\#(HelpText.buildName)","#
            + #""object":"\#(object)","usage":{"completion_tokens":\#(generated),"prompt_tokens":\#(prompt),"#
            + #""total_tokens":\#(prompt + generated),"prompt_tokens_details":{"cached_tokens":0}},"#
            + #""id":"chatcmpl-simulated-\#(answer.id)","timings":\#(timings)}"#
    }

    /// In the time of this machine's clock, not of the profile.
    private func timings(of answer: FinishedGeneration) -> String {
        let promptMilliseconds = answer.promptMilliseconds / options.timeScale
        let generationMilliseconds = answer.generationMilliseconds / options.timeScale
        var text = #"{"cache_n":0,"prompt_n":\#(answer.promptTokens),"prompt_ms":\#(promptMilliseconds),"#
        text += #""predicted_n":\#(answer.generatedTokens),"predicted_ms":\#(generationMilliseconds)"#
        if generationMilliseconds > 0 {
            let speed = Double(answer.generatedTokens) / generationMilliseconds * 1000
            text += #","predicted_per_second":\#(speed)"#
        }
        if answer.draftedTokens > 0 {
            text += #","draft_n":\#(answer.draftedTokens),"draft_n_accepted":\#(answer.acceptedTokens)"#
        }
        return text + "}"
    }

    private static func text(tokens: Int) -> String {
        var text = ""
        var rest = tokens * bytesPerToken
        while rest > 0 {
            text += filler.prefix(rest)
            rest -= filler.utf8.count
        }
        return text
    }
}
