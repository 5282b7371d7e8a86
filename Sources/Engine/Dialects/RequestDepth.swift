import Speculation

/// What requests to an engine may choose for themselves, as its counters show.
public struct RequestDepth: Sendable, Hashable {
    /// The greatest depth that one may ask for: the one the engine was started at.
    public let greatest: Int
    /// Whether its `speculative.p_min` is honoured, too; if not, the engine has this one.
    public let honoursPMin: Bool

    public init(greatest: Int, honoursPMin: Bool) {
        self.greatest = greatest
        self.honoursPMin = honoursPMin
    }

    /// Whether a request can have `setting` at an engine that was started without a p-min.
    public func offers(_ setting: DraftSetting) -> Bool {
        !setting.usesNgrams && setting.depth <= greatest && (honoursPMin || setting.pMin == 0)
    }
}
