/// The id of a prompt whose line gives none.
public struct MadeUpID: Sendable {
    /// `line-N`.
    public let text: String

    /// - Parameter line: the line of the input file, 1-based.
    public init(line: Int) {
        text = "line-\(line)"
    }

    /// What the prompt can be called instead, without end: `line-N-2`, `line-N-3`, …
    ///
    /// - Parameter taken: the name it has or should have had; the names begin after it.
    public func alternatives(after taken: String) -> some Sequence<String> {
        let suffix = Int(taken.dropFirst(text.count + 1)) ?? 1
        let text = text
        return ((suffix + 1)...).lazy.map { "\(text)-\($0)" }
    }
}
