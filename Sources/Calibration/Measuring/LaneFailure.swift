import Engine

/// A lane that did not run, or ended before all was measured.
public struct LaneFailure: Sendable, Equatable {
    public var engine: SweptEngine
    public var setting: SweepSetting
    public var error: EngineError
}
