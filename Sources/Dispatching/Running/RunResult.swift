import Engine
import Spool

/// How one try of a prompt ended.
enum RunResult: Sendable {
    /// It is answered, and the answer is on disk; `read` tokens of the prompt were not in the engine's cache.
    case answered(tokens: Int, read: Int, milliseconds: Double)
    /// It failed for good, and the error is on disk.
    case failed
    /// It is to be sent again after a pause.
    case retry(QueuedPrompt, after: Duration)
    /// It got no answer, for which the engine may be to blame as well.
    case faulted(QueuedPrompt, EngineError, Attempt)
    /// The engine has no room for it now and wants to be left alone, if `asked` is there for that long.
    case refusedForNow(QueuedPrompt, EngineError, asked: Duration?)
    /// The engine or the daemon went away under it.
    case interrupted(QueuedPrompt, EngineError, Attempt?)
}
