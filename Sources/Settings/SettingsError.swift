/// A configuration that cannot be used, in words for the person who wrote it.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The dotted key at fault, if one is.
    public let key: String?
    /// Where the value was found: a file with line, an environment variable or a flag.
    public let origin: String
    /// What is wrong and what would be right.
    public let problem: String
    /// Whether what is missing may be a credential, which systemd passes to the service alone.
    public let lacksCredential: Bool

    public init(key: String?, origin: String, problem: String, lacksCredential: Bool = false) {
        self.key = key
        self.origin = origin
        self.problem = problem
        self.lacksCredential = lacksCredential
    }

    public var description: String {
        let subject = key.map { "'\($0)': " } ?? ""
        return "\(origin): \(subject)\(problem)"
    }
}
