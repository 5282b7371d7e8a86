/// What is accepted from the incoming directory.
public struct InputSettings: Sendable, Equatable {
    /// The longest line of a batch file, and the largest `.txt` or `.md` prompt, bytes.
    public var maximumLineBytes: Int
    /// How often the incoming directory is read as a whole, beside the notifications.
    public var rescanInterval: Duration
    /// How long a file found by a rescan must have been unchanged when the kernel cannot say that it is closed.
    public var settleTime: Duration
}
