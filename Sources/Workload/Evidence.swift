/// One feature of a request and how much it spoke for the label.
public struct Evidence: Sendable, Hashable, Codable {
    /// The feature in words, for example `asks "write a story"` or `shape: code fence (python)`.
    public let name: String
    /// What the feature added to the label's log-odds against the average workload; negative speaks against it.
    public let weight: Double

    /// Makes a piece of evidence.
    public init(name: String, weight: Double) {
        self.name = name
        self.weight = weight
    }
}
