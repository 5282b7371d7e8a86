import Intake
import Speculation
import Spool

/// A prompt on its way to an engine.
struct Assignment: Sendable {
    let prompt: QueuedPrompt
    let judgement: Judgement
    let decision: Decision
    /// Slots busy when it started, its own included.
    let busySlots: Int
    /// Tokens its answer is expected to have.
    let expectedTokens: Double
    /// Time before it in which no slot worked, since the engine's setting was being changed.
    var changeBefore: Duration = .zero
    /// The kind it is the first of, if it was sent ahead of others.
    var firstLook: PromptKind?
    /// The engine of the pool that does such prompts faster, but would come to this one later.
    var faster: String?

    /// The end of a decision's reason.
    static func reasonToHelp(_ faster: String) -> String {
        "; \(faster) does such prompts faster, but would come to this one later"
    }
}
