/// What came of a ``ControlRequest``.
public struct ControlReply: Codable, Sendable, Hashable {
    /// Whether it was carried out.
    public var isDone: Bool
    /// What was done, or why not, in words.
    public var message: String
    /// What to do next; nil if nothing is to be done.
    public var remedy: String?
    /// The batch's id.
    public var batch: String?
    /// Prompts that were cancelled, or wait again.
    public var prompts: Int
    /// Of the cancelled, those that were being answered.
    public var aborted: Int
    /// Ids that were named and that the batch does not have.
    public var unknown: [String]
    /// Prompts that were named and that could not be changed, since they have another outcome or none.
    public var unchanged: Int
    /// The name of the new file in `incoming/`, if a finished batch is tried again.
    public var file: String?

    enum CodingKeys: String, CodingKey {
        case message, remedy, batch, prompts, aborted, unknown, unchanged, file
        case isDone = "done"
    }

    public init(
        isDone: Bool, message: String, remedy: String? = nil, batch: String? = nil, prompts: Int = 0,
        aborted: Int = 0, unknown: [String] = [], unchanged: Int = 0, file: String? = nil
    ) {
        self.isDone = isDone
        self.message = message
        self.remedy = remedy
        self.batch = batch
        self.prompts = prompts
        self.aborted = aborted
        self.unknown = unknown
        self.unchanged = unchanged
        self.file = file
    }
}
