/// Drafts of a step on average: how many were made, and how many accepted.
public struct DraftsPerStep: Hashable, Codable, Sendable {
    public var drafted: Double
    public var accepted: Double

    public init(drafted: Double, accepted: Double) {
        self.drafted = drafted
        self.accepted = accepted
    }
}
