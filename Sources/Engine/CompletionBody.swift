import JSON

/// The parts of a completion's JSON body that this module reads, for both the chat and the text API.
///
/// Only `choices` is required. Beside the OpenAI fields it reads llama-server's `timings` and vLLM's `metrics`. A field
/// of an unexpected type counts as absent.
struct CompletionBody {
    var id: String?
    var firstChoice: Choice?
    var choiceCount: Int
    var usage: Usage?
    var timings: Timings?
    var metrics: RequestMetrics?

    /// Nil where there is no list `choices`.
    init?(_ json: JSON) {
        guard let choices = json["choices"]?.arrayValue else { return nil }
        choiceCount = choices.count
        firstChoice = choices.first.flatMap { $0.objectValue == nil ? nil : Choice($0) }
        id = json["id"]?.stringValue
        usage = json["usage"].flatMap { $0.objectValue == nil ? nil : Usage($0) }
        timings = json["timings"].flatMap { $0.objectValue == nil ? nil : Timings($0) }
        metrics = json["metrics"].flatMap { $0.objectValue == nil ? nil : RequestMetrics($0) }
    }
}

extension CompletionBody {
    /// One entry of `choices`.
    struct Choice {
        var text: String?
        var finishReason: String?

        init(_ json: JSON) {
            text = json["message"]?["content"]?.stringValue ?? json["text"]?.stringValue
            finishReason = json["finish_reason"]?.stringValue
        }
    }

    /// `usage`, by its OpenAI names.
    struct Usage {
        var promptTokens: Int?
        var completionTokens: Int?
        var cachedTokens: Int?

        init(_ json: JSON) {
            promptTokens = json["prompt_tokens"]?.intValue
            completionTokens = json["completion_tokens"]?.intValue
            cachedTokens = json["prompt_tokens_details"]?["cached_tokens"]?.intValue
        }
    }

    /// llama-server's `timings`; the draft counters are there only when something was drafted, and those by position,
    /// `draft_by_depth`, in ik_llama.cpp's only.
    struct Timings {
        var cachedTokens: Int?
        var promptTokens: Int?
        var promptMilliseconds: Double?
        var generatedTokens: Int?
        var generationMilliseconds: Double?
        var draftedTokens: Int?
        var acceptedTokens: Int?
        var acceptedPerPosition: [Int]?

        init(_ json: JSON) {
            cachedTokens = json["cache_n"]?.intValue
            promptTokens = json["prompt_n"]?.intValue
            promptMilliseconds = json["prompt_ms"]?.doubleValue
            generatedTokens = json["predicted_n"]?.intValue
            generationMilliseconds = json["predicted_ms"]?.doubleValue
            draftedTokens = json["draft_n"]?.intValue
            acceptedTokens = json["draft_n_accepted"]?.intValue
            acceptedPerPosition = json["draft_by_depth"]?.arrayValue.map { positions in
                positions.compactMap { $0["draft_n_accepted"]?.intValue }
            }
        }
    }

    /// vLLM's `metrics`: times with `--enable-per-request-metrics`, and `speculative_decoding` with
    /// `--per-request-spec-decode-metrics` beside it. All are null where a request asks for several answers.
    struct RequestMetrics {
        /// From the first step on the prompt to the first token; waiting before it is not in it.
        var promptMilliseconds: Double?
        /// From the first token to the last.
        var generationMilliseconds: Double?
        var draftedTokens: Int?
        var acceptedTokens: Int?

        init(_ json: JSON) {
            promptMilliseconds = json["time_to_first_token_ms"]?.doubleValue
            generationMilliseconds = json["generation_time_ms"]?.doubleValue
            let speculation = json["speculative_decoding"]
            draftedTokens = speculation?["num_draft_tokens"]?.intValue
            acceptedTokens =
                speculation?["num_accepted_draft_tokens"]?.intValue
                ?? speculation?["num_accepted_tokens"]?.intValue
        }
    }
}
