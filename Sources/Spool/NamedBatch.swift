/// A batch as a person may name it.
public protocol NamedBatch {
    /// The name of its directory in `active/`.
    var id: String { get }
    /// The name of the dropped file.
    var name: String { get }
    var state: BatchState { get }
}

extension BatchRecord: NamedBatch {}
extension SpoolStatus.Batch: NamedBatch {}

extension Collection where Element: NamedBatch {
    /// Of batches that all have the name by which a person called one, the one that is open: it is meant before those
    /// that have ended. Nil where none is.
    ///
    /// - Throws: ``AmbiguousBatchName`` if several are.
    public func openOne(called name: String) throws(AmbiguousBatchName) -> Element? {
        let open = filter { $0.state.isOpen }
        guard open.count <= 1 else {
            throw AmbiguousBatchName(
                problem: "\(open.count) open batches are called \(name)",
                remedy: "name one by its id: " + open.prefix(10).map(\.id).joined(separator: ", "))
        }
        return open.first
    }
}

/// Several open batches have the name by which a person called one, in words for them.
public struct AmbiguousBatchName: Error, Sendable {
    public let problem: String
    public let remedy: String
}
