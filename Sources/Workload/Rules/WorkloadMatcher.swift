/// One condition of a rule, ready to be tried.
///
/// `Regex` is not `Sendable` because a regex built from closures may capture anything. These are compiled from a
/// string only, hold no closure, and are never changed after `init`, so sharing them between threads is safe.
struct WorkloadMatcher: @unchecked Sendable {
    private enum Test {
        case customIDPrefix(String)
        case metadata(key: String, value: String)
        case systemContains(String)
        case systemMatches(Regex<AnyRegexOutput>)
        case textMatches(Regex<AnyRegexOutput>)
    }

    /// How much of each end of a long text the conditions look at, in bytes.
    static let lookBytes = 32 * 1024

    private let test: Test

    init(_ condition: WorkloadRule.Condition, rule: String) throws(WorkloadRuleError) {
        switch condition {
        case .customIDPrefix(let prefix):
            guard !prefix.isEmpty else { throw .emptyCondition(rule: rule, condition: "custom_id prefix") }
            test = .customIDPrefix(prefix)
        case .metadata(let key, let value):
            guard !key.isEmpty else { throw .emptyCondition(rule: rule, condition: "metadata key") }
            test = .metadata(key: key, value: value)
        case .systemContains(let text):
            guard !text.isEmpty else { throw .emptyCondition(rule: rule, condition: "system prompt text") }
            test = .systemContains(text.lowercased())
        case .systemMatches(let pattern):
            test = .systemMatches(try Self.compile(pattern, rule: rule, condition: "system prompt regex"))
        case .textMatches(let pattern):
            test = .textMatches(try Self.compile(pattern, rule: rule, condition: "text regex"))
        }
    }

    func holds(customID: String?, metadata: [String: String], request: WorkloadRequest) -> Bool {
        switch test {
        case .customIDPrefix(let prefix):
            customID?.hasPrefix(prefix) ?? false
        case .metadata(let key, let value):
            metadata[key] == value
        case .systemContains(let text):
            Self.systemTexts(request).contains { $0.lowercased().contains(text) }
        case .systemMatches(let regex):
            Self.systemTexts(request).contains { $0.contains(regex) }
        case .textMatches(let regex):
            request.turns.last { $0.role == .user }
                .map { Self.ends(of: $0.text).contains { $0.contains(regex) } } ?? false
        }
    }

    private static func systemTexts(_ request: WorkloadRequest) -> [Substring] {
        request.turns.filter { $0.role == .system }.flatMap { ends(of: $0.text) }
    }

    /// The whole text, or its first and last parts when it is longer than both together.
    private static func ends(of text: String) -> [Substring] {
        guard text.utf8.count > 2 * lookBytes else { return [text[...]] }
        let headEnd = text.utf8.index(text.startIndex, offsetBy: lookBytes)
        let tailStart = text.utf8.index(text.endIndex, offsetBy: -lookBytes)
        return [text[..<text.index(before: headEnd)], text[tailStart...].dropFirst()]
    }

    private static func compile(
        _ pattern: String, rule: String, condition: String
    ) throws(WorkloadRuleError) -> Regex<AnyRegexOutput> {
        guard !pattern.isEmpty else { throw .emptyCondition(rule: rule, condition: condition) }
        do {
            return try Regex(pattern)
        } catch {
            throw .badPattern(rule: rule, pattern: pattern, problem: "\(error)")
        }
    }
}
