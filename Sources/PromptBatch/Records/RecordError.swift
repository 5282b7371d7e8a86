/// A record of an earlier run that cannot be read back.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong with it, in words.
    public var message: String

    public init(message: String) {
        self.message = message
    }

    public var description: String { message }
}
