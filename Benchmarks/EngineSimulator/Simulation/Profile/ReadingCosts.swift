import JSON
import PromptBatch

/// What reading prompts costs, and how many tokens a prompt has.
public struct ReadingCosts: Sendable, Hashable {
    /// For each prompt, beside its tokens: checkpoints of the state, the last tokens in a batch of their own.
    public let millisecondsPerPrompt: Double
    /// For each started chunk of ``chunkTokens``.
    public let millisecondsPerChunk: Double
    public let millisecondsPerToken: Double
    /// In addition, where the engine drafts: its head reads the prompt too.
    public let draftingMillisecondsPerToken: Double
    /// llama-server's `n_ubatch`.
    public let chunkTokens: Int
    /// The most tokens of a step, read and generated: llama-server's `n_batch`.
    public let stepTokens: Int
    /// UTF-8 bytes of text that make a token.
    public let bytesPerToken: Double
    /// Tokens that the chat template puts around each message, and around the whole once.
    public let tokensPerMessage: Double

    init(_ json: JSON, at path: String) throws(SimulationFileError) {
        var fields = try FieldReader(json, at: path)
        millisecondsPerPrompt = try fields.number("milliseconds_per_prompt", else: 0)
        millisecondsPerChunk = try fields.number("milliseconds_per_chunk", else: 0)
        millisecondsPerToken = try fields.number("milliseconds_per_token")
        draftingMillisecondsPerToken = try fields.number("drafting_milliseconds_per_token", else: 0)
        chunkTokens = try fields.count("chunk_tokens", from: 1, else: 512)
        stepTokens = try fields.count("step_tokens", from: 1, else: 2048)
        bytesPerToken = try fields.positive("bytes_per_token", else: 4)
        tokensPerMessage = try fields.number("tokens_per_message", else: 5)
        try fields.finish()
    }

    /// Tokens of a prompt of so many bytes of text in so many messages; 0 messages: a text without a template.
    public func tokens(bytes: Int, messages: Int) -> Int {
        let template = messages == 0 ? 0 : tokensPerMessage * Double(messages + 1)
        return max(1, Int((Double(bytes) / bytesPerToken + template).rounded()))
    }

    /// Milliseconds that reading adds to a step without noise.
    ///
    /// - Parameter prompts: how many end in this step.
    public func milliseconds(tokens: Int, prompts: Int, isDrafting: Bool) -> Double {
        guard tokens > 0 else { return 0 }
        let chunks = (tokens + chunkTokens - 1) / chunkTokens
        let perToken = millisecondsPerToken + (isDrafting ? draftingMillisecondsPerToken : 0)
        return millisecondsPerPrompt * Double(prompts) + millisecondsPerChunk * Double(chunks)
            + perToken * Double(tokens)
    }
}
