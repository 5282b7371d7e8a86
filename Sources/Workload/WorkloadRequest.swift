/// What the classifier sees of a request: the conversation, and the settings that say what shape the answer takes.
public struct WorkloadRequest: Sendable, Hashable {
    /// One message of the conversation.
    public struct Turn: Sendable, Hashable {
        /// Who speaks.
        public enum Role: String, Sendable, Hashable, CaseIterable {
            /// Standing instructions (`system`, `developer`).
            case system
            /// The person or program that asks.
            case user
            /// An earlier answer.
            case assistant
            /// The result of a tool call.
            case tool
            /// A role this version does not know.
            case other
        }

        /// Who speaks.
        public var role: Role
        /// The text of the message; all its text parts, joined.
        public var text: String
        /// Whether the message also carries images, audio or files.
        public var hasNonTextParts: Bool

        /// Makes a message.
        public init(role: Role, text: String, hasNonTextParts: Bool = false) {
            self.role = role
            self.text = text
            self.hasNonTextParts = hasNonTextParts
        }
    }

    /// The conversation, oldest message first.
    public var turns: [Turn]
    /// Whether the answer must be JSON or follow a grammar (`response_format`, `json_schema`, `grammar`).
    public var wantsJSON: Bool
    /// Whether the request offers tools to call.
    public var hasTools: Bool
    /// Whether the engine is asked to think before it answers.
    public var thinking: Bool

    /// Makes a request from its conversation.
    public init(
        turns: [Turn], wantsJSON: Bool = false, hasTools: Bool = false, thinking: Bool = false
    ) {
        self.turns = turns
        self.wantsJSON = wantsJSON
        self.hasTools = hasTools
        self.thinking = thinking
    }

    /// A request of one user message.
    public init(prompt: String) {
        self.init(turns: [Turn(role: .user, text: prompt)])
    }
}
