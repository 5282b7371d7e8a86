/// What a JSON text may at most be for ``JSON/parse(_:limits:)-(UnsafeRawBufferPointer,_)``.
public struct JSONLimits: Hashable, Sendable {
    /// The deepest nesting a parser accepts whatever is asked for, so that its recursion stays within any stack.
    public static let greatestDepth = 512

    /// How deep arrays and objects may be nested.
    public var maximumDepth: Int

    /// - Parameter maximumDepth: 128 by default, at most ``greatestDepth``.
    public init(maximumDepth: Int = 128) {
        self.maximumDepth = min(max(maximumDepth, 1), Self.greatestDepth)
    }
}
