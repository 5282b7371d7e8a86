/// One per-site rule: prompts that match get `workload` without asking the classifier.
///
/// Conditions that are set must all hold; a rule without a condition is refused.
public struct RuleSettings: Sendable, Equatable {
    /// The rule's name in the file; it is named as the reason in the sidecar.
    public var name: String
    /// The workload that prompts get.
    public var workload: String
    /// The custom_id begins with this.
    public var customIDPrefix: String?
    /// The body's `metadata` has this `key=value`.
    public var metadata: String?
    /// The system prompt contains this, ignoring case.
    public var systemPrompt: String?
    /// The last user turn matches this regular expression.
    public var pattern: String?
}
