/// The journal was asked for by name, but no journald takes entries.
public struct JournalUnavailableError: Error, Hashable, CustomStringConvertible {
    public var description: String {
        "No journald takes entries at \(Journal.socketPath). Use the log target \"stderr\" or \"auto\"."
    }
}
