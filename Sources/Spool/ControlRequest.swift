/// What a person asks the daemon to do with a batch, as a file `control/ID.request.json` in the spool.
///
/// Whoever may drop files may ask. The request appears complete, by rename, like a batch; the daemon carries it out,
/// writes `control/ID.reply.json` and removes the request.
public struct ControlRequest: Codable, Sendable, Hashable {
    public enum Action: String, Codable, Sendable {
        /// End prompts that have no outcome with the error `cancelled`.
        case cancel
        /// Run prompts that failed again: in their batch while it runs, as a new batch afterwards.
        case retry
    }

    public var action: Action
    /// A batch's id, or the name of its file or output directory.
    public var batch: String
    /// Ids of the prompts that are meant; nil: all.
    public var prompts: [String]?

    public init(action: Action, batch: String, prompts: [String]? = nil) {
        self.action = action
        self.batch = batch
        self.prompts = prompts
    }
}
