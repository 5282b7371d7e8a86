/// How long and how much is kept.
public struct RetentionLimit: Sendable, Hashable {
    /// Older entries go; nil: none goes for its age.
    public var age: Duration?
    /// While there is more, the oldest go; nil: none goes for its size.
    public var bytes: Int?

    public init(age: Duration?, bytes: Int?) {
        self.age = age
        self.bytes = bytes
    }

    /// Everything is kept.
    public var isUnlimited: Bool { age == nil && bytes == nil }
}
