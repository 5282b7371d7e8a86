/// Why something is not the form data that it should be.
public struct FormError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words.
    public let problem: String

    init(_ problem: String) {
        self.problem = problem
    }

    public var description: String { problem }
}
