/// The parts of a completion's JSON body that this module reads, for both the chat and the text API.
///
/// Only `choices` is required. Beside the OpenAI fields it reads llama-server's `timings` and vLLM's
/// `metrics.speculative_decoding`.
struct CompletionBody: Decodable {
    var id: String?
    var firstChoice: Choice?
    var usage: Usage?
    var timings: Timings?
    var speculation: SpeculationMetrics?

    enum CodingKeys: String, CodingKey {
        case id, choices, usage, timings, metrics
    }

    enum MetricsKeys: String, CodingKey {
        case speculativeDecoding = "speculative_decoding"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        firstChoice = try container.decode([Choice].self, forKey: .choices).first
        id = container.lenient(.id)
        usage = container.lenient(.usage)
        timings = container.lenient(.timings)
        let metrics = try? container.nestedContainer(keyedBy: MetricsKeys.self, forKey: .metrics)
        speculation = metrics?.lenient(.speculativeDecoding)
    }
}

extension CompletionBody {
    /// One entry of `choices`.
    struct Choice: Decodable {
        var text: String?
        var finishReason: String?

        enum CodingKeys: String, CodingKey {
            case message, text
            case finishReason = "finish_reason"
        }

        enum MessageKeys: String, CodingKey {
            case content
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let message = try? container.nestedContainer(keyedBy: MessageKeys.self, forKey: .message)
            text = message?.lenient(.content) ?? container.lenient(.text)
            finishReason = container.lenient(.finishReason)
        }
    }

    /// `usage`, by its OpenAI names.
    struct Usage: Decodable {
        var promptTokens: Int?
        var completionTokens: Int?
        var cachedTokens: Int?

        enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case promptTokensDetails = "prompt_tokens_details"
        }

        enum DetailsKeys: String, CodingKey {
            case cachedTokens = "cached_tokens"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            promptTokens = container.lenient(.promptTokens)
            completionTokens = container.lenient(.completionTokens)
            let details = try? container.nestedContainer(
                keyedBy: DetailsKeys.self, forKey: .promptTokensDetails)
            cachedTokens = details?.lenient(.cachedTokens)
        }
    }

    /// llama-server's `timings`; the two draft counters are there only when something was drafted.
    struct Timings: Decodable {
        var cachedTokens: Int?
        var promptTokens: Int?
        var promptMilliseconds: Double?
        var generatedTokens: Int?
        var generationMilliseconds: Double?
        var draftedTokens: Int?
        var acceptedTokens: Int?

        enum CodingKeys: String, CodingKey {
            case cachedTokens = "cache_n"
            case promptTokens = "prompt_n"
            case promptMilliseconds = "prompt_ms"
            case generatedTokens = "predicted_n"
            case generationMilliseconds = "predicted_ms"
            case draftedTokens = "draft_n"
            case acceptedTokens = "draft_n_accepted"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            cachedTokens = container.lenient(.cachedTokens)
            promptTokens = container.lenient(.promptTokens)
            promptMilliseconds = container.lenient(.promptMilliseconds)
            generatedTokens = container.lenient(.generatedTokens)
            generationMilliseconds = container.lenient(.generationMilliseconds)
            draftedTokens = container.lenient(.draftedTokens)
            acceptedTokens = container.lenient(.acceptedTokens)
        }
    }

    /// vLLM's `metrics.speculative_decoding`, sent with `--per-request-spec-decode-metrics`.
    struct SpeculationMetrics: Decodable {
        var draftedTokens: Int?
        var acceptedTokens: Int?

        enum CodingKeys: String, CodingKey {
            case draftedTokens = "num_draft_tokens"
            case acceptedTokens = "num_accepted_draft_tokens"
            case acceptedTokensAlternative = "num_accepted_tokens"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            draftedTokens = container.lenient(.draftedTokens)
            acceptedTokens =
                container.lenient(.acceptedTokens) ?? container.lenient(.acceptedTokensAlternative)
        }
    }
}
