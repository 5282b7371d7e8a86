/// How far a lane and the next one at the same place may overlap.
enum LaneOverlap: Sendable, Hashable {
    /// The next engine starts when the last one has stopped.
    case none
    /// The next engine starts while the last one finishes its prompts, and gets prompts when that is done: on one
    /// processor two generating engines would only slow each other down.
    case starting
    /// The next engine starts and gets prompts while the last one finishes its own.
    case serving
}
