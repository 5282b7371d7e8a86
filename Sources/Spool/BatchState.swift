/// Where a batch is on its way.
public enum BatchState: String, Codable, Sendable {
    /// Its lines are being read into the ledger.
    case ingesting
    /// Its prompts wait or run.
    case running
    /// Every prompt has its outcome; the output is being written.
    case publishing
    /// The output is in `output/`, the input in `done/`.
    case done
    /// Not one prompt could be read; the input is in `failed/`.
    case failed

    /// Whether it has not come to its end.
    public var isOpen: Bool { self != .done && self != .failed }
}
