/// The end of a prompt: its answer, or its named error.
public struct PromptOutcome: Sendable {
    public let key: PromptKey
    /// Whether it was answered.
    public let isSuccess: Bool
    /// The line for `output.jsonl` or `errors.jsonl`, without newline.
    public let outputLine: [UInt8]
    /// The line for `timing.jsonl`, nil if nothing ran.
    public let timingLine: [UInt8]?
    /// The bare answer, kept for text inputs only.
    public let answer: String?
    /// Whether it failed since its deadline had passed.
    public let isExpired: Bool

    public init(
        key: PromptKey, isSuccess: Bool, outputLine: [UInt8], timingLine: [UInt8]?, answer: String?,
        isExpired: Bool = false
    ) {
        self.key = key
        self.isSuccess = isSuccess
        self.outputLine = outputLine
        self.timingLine = timingLine
        self.answer = answer
        self.isExpired = isExpired
    }
}
