import Spool

/// Finds the batch a person means.
struct BatchLookup: Sendable {
    let ledger: Ledger

    /// The batch of this id, file or output name. Of several with the same name an open one is meant, else the last.
    ///
    /// - Throws: ``ControlProblem`` if there is none, or more than one open.
    func find(_ name: String) async throws -> BatchRecord {
        let batches = try await ledger.batches(named: name)
        let open = batches.filter { $0.state != .done && $0.state != .failed }
        guard open.count <= 1 else {
            throw ControlProblem(
                message: "\(open.count) open batches are called \(name)",
                remedy: "name one by its id: " + open.prefix(10).map(\.id).joined(separator: ", "))
        }
        guard let batch = open.first ?? batches.first else {
            throw ControlProblem(
                message: "there is no batch \(name)",
                remedy: "draftspool status lists those that are open and the last that finished")
        }
        return batch
    }
}
