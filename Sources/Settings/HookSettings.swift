/// Who is told that a batch is finished.
public struct HookSettings: Sendable, Equatable {
    /// A program or an address.
    public enum Receiver: Sendable, Equatable {
        /// The path of a program, which is started.
        case program(String)
        /// An address that is posted to. It may be secret.
        case webhook(String)
    }

    /// Nil: nobody.
    public var batchFinished: Receiver?
    /// The file with the secrets that webhooks are signed by; empty for none.
    public var secretFile: String
    /// How long a program may run, and a receiver take to answer.
    public var timeout: Duration
    /// How long after the end of a batch it is still tried to tell of it.
    public var giveUpAfter: Duration
}

/// The environment variables by which a program is told of a batch. They are no settings of the programs it may start.
public enum HookVariable: String, CaseIterable, Sendable {
    /// `batch.finished`.
    case event = "DRAFTSPOOL_EVENT"
    /// The batch's id.
    case batch = "DRAFTSPOOL_BATCH"
    /// The name of its file.
    case file = "DRAFTSPOOL_FILE"
    /// `done`, or `failed` where not one prompt could be read.
    case state = "DRAFTSPOOL_STATE"
    /// The output directory; empty if the file was refused.
    case output = "DRAFTSPOOL_OUTPUT"
    /// Why the file was refused, as a path; empty if it was not.
    case errorReport = "DRAFTSPOOL_ERROR_REPORT"
    case prompts = "DRAFTSPOOL_PROMPTS"
    case answered = "DRAFTSPOOL_ANSWERED"
    case failed = "DRAFTSPOOL_FAILED"
    /// Of the failed, those whose deadline had passed.
    case expired = "DRAFTSPOOL_EXPIRED"
    case claimedAt = "DRAFTSPOOL_CLAIMED_AT"
    case finishedAt = "DRAFTSPOOL_FINISHED_AT"
    /// 1 at the first time that it is told.
    case attempt = "DRAFTSPOOL_TRY"
}
