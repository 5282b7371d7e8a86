/// How long and how much of what is finished is kept; nil: without limit.
public struct RetentionSettings: Sendable, Equatable {
    /// Of inputs in `done/`.
    public var doneAge: Duration?
    public var doneBytes: Int?
    /// Of directories in `output/`.
    public var outputAge: Duration?
    public var outputBytes: Int?
    /// Of finished batches in the ledger.
    public var ledgerAge: Duration?
    public var ledgerBytes: Int?
    /// Of what clients of the API have uploaded.
    public var uploadAge: Duration?
}
