import Engine
import Spool

/// A prompt under which its engine, or the daemon, went away.
struct InterruptedPrompt {
    let prompt: QueuedPrompt
    /// Nil if it was not to be sent yet.
    let attempt: Attempt?
    /// The number of its lane.
    let lane: Int
    /// Whether the engine had it, as far as is known.
    let isAtEngine: Bool

    init(_ prompt: QueuedPrompt, _ attempt: Attempt?, in lane: Int, after error: EngineError) {
        self.prompt = prompt
        self.attempt = attempt
        self.lane = lane
        isAtEngine = attempt != nil && error.isAfterSending
    }
}
