/// Why figures of a finished generation cannot be learned from.
public enum ObservationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// At most one token was generated, or all that followed were counted as accepted drafts, so no step took place.
    case noSteps(generated: Int, accepted: Int)
    /// A count is negative.
    case negativeCount(name: String, value: Int)
    /// More drafts were accepted than made.
    case acceptanceOverOne(drafted: Int, accepted: Int)
    /// Drafted or accepted tokens at depth 0.
    case draftsAtDepthZero(drafted: Int)
    /// The time is not finite, not positive, or means a step under a microsecond or over ten minutes.
    case absurdTime(milliseconds: Double)
    /// The mean of busy slots is not finite or under one slot.
    case absurdBusySlots(Double)
    /// The per-position counters rise with position or do not add up to the accepted tokens.
    case absurdPositions([Int])

    public var description: String {
        switch self {
        case .noSteps(let generated, let accepted):
            "no step to learn from: \(generated) tokens generated, \(accepted) of them accepted drafts"
        case .negativeCount(let name, let value):
            "the engine reported \(value) \(name) tokens; a count cannot be negative"
        case .acceptanceOverOne(let drafted, let accepted):
            "the engine reported \(accepted) accepted of \(drafted) drafted tokens"
        case .draftsAtDepthZero(let drafted):
            "the engine drafted \(drafted) tokens at depth 0; does it run the setting it was started with?"
        case .absurdTime(let milliseconds):
            "the engine reported a generation time of \(milliseconds) ms, which no step can have taken"
        case .absurdBusySlots(let slots):
            "a generation cannot have run with \(slots) busy slots on average; at least its own was busy"
        case .absurdPositions(let counts):
            "accepted tokens by position \(counts) rise with position or exceed what was accepted"
        }
    }
}
