import JSON
import Workload

/// One request of a batch, ready to be sent: what to ask, where, and what the user decided in advance.
public struct Prompt: Hashable, Sendable {
    /// The line of the input file, 1-based; 1 for a document.
    public var line: Int
    /// The id that output, errors and timing are filed under: the user's own, otherwise `line-N`, or the file's
    /// stem for a document.
    public var customID: String
    /// Whether the user gave the id.
    public var hasExplicitID: Bool
    /// The endpoint the body is for.
    public var endpoint: PromptEndpoint
    /// The request body as it is sent: the user's fields in their order, without the `draftspool` member.
    public var body: JSON
    /// The workload the user states, obeyed in place of the classifier's.
    public var workloadOverride: Workload?
    /// The draft depth the user demands, 0…16 tokens a step, obeyed exactly.
    public var depthOverride: Int?
    /// Prompts of higher priority run first; 0 unless given.
    public var priority: Int
    /// By when it is to be answered; nil where the prompt does not say it.
    public var deadline: Deadline?

    public init(
        line: Int, customID: String, hasExplicitID: Bool = true, endpoint: PromptEndpoint, body: JSON,
        workloadOverride: Workload? = nil, depthOverride: Int? = nil, priority: Int = 0,
        deadline: Deadline? = nil
    ) {
        self.line = line
        self.customID = customID
        self.hasExplicitID = hasExplicitID
        self.endpoint = endpoint
        self.body = body
        self.workloadOverride = workloadOverride
        self.depthOverride = depthOverride
        self.priority = priority
        self.deadline = deadline
    }
}

extension Prompt {
    /// The sampling temperature asked for, nil when the engine's default holds.
    public var temperature: Double? { body["temperature"]?.doubleValue }

    /// The most tokens the answer may have, nil when not limited: the smallest of `max_tokens`,
    /// `max_completion_tokens` and `n_predict`. Negative values, llama-server's "no limit", do not count.
    public var maximumTokens: Int? {
        ["max_tokens", "max_completion_tokens", "n_predict"]
            .compactMap { body[$0]?.intValue }
            .filter { $0 >= 0 }
            .min()
    }

    /// The answers asked for at once: `n`, as far as OpenAI's API allows it.
    public var choiceCount: Int { min(max(1, body["n"]?.intValue ?? 1), Self.mostChoices) }

    private static let mostChoices = 128

    /// The model that a body names; nil where it names none.
    public static func modelName(in body: JSON) -> String? {
        body["model"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The body's `metadata` members that are strings, for rules to match.
    public var metadata: [String: String] {
        guard let members = body["metadata"]?.objectValue else { return [:] }
        return members.reduce(into: [:]) { metadata, member in
            metadata[member.key] = member.value.stringValue
        }
    }

    /// Whether the answer is forced into a form: a grammar, a JSON schema or object, a choice, a regular expression.
    public var constrained: Bool { RequestReader(body: body).isConstrained }

    /// Whether the engine is asked to think before it answers. False where the body says nothing of it.
    public var thinking: Bool { RequestReader(body: body).thinking }

    /// What the last user turn asks.
    package var question: String {
        let turns = request.turns
        return (turns.last { $0.role == .user } ?? turns.last)?.text ?? ""
    }

    /// What the classifier sees of the prompt.
    public var request: WorkloadRequest { RequestReader(body: body).workloadRequest }

    /// A short stable name of what the prompt has in common with others made from the same template: 16 hexadecimal
    /// digits from the system prompt and the opening of the last user turn, numbers and quoted parts folded.
    public var templateKey: String { TemplateKey(request: request).text }
}
