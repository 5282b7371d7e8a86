import PromptBatch

/// A line on its way into the ledger.
public struct NewPrompt: Sendable {
    /// A prompt that waits to be sent, or a line that already has its error.
    public enum Content: Sendable {
        case queued(PromptAnnotation, priority: Int)
        case rejected(errorLine: [UInt8])
    }

    public let line: Int
    /// Where the line begins in the claimed file, bytes.
    public let offset: Int
    /// The line's length without its newline, bytes.
    public let length: Int
    public let customID: String?
    /// The file gave the id; otherwise it was made up and may be changed to keep ids unique.
    public let hasExplicitID: Bool
    /// Of the line's bytes, by which a later change of the file is noticed; see ``ContentDigest``.
    public var digest: UInt64?
    /// By when it is to be answered; nil where the prompt does not say it.
    public var deadline: Deadline?
    public let content: Content

    public init(
        line: Int, offset: Int, length: Int, customID: String?, hasExplicitID: Bool, digest: UInt64? = nil,
        deadline: Deadline? = nil, content: Content
    ) {
        self.line = line
        self.offset = offset
        self.length = length
        self.customID = customID
        self.hasExplicitID = hasExplicitID
        self.digest = digest
        self.deadline = deadline
        self.content = content
    }
}
