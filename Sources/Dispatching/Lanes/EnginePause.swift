/// Whether the engine at a place is sent prompts, and what was said of it.
struct EnginePause {
    var breaker = CircuitBreaker()
    /// Of pauses for a fault.
    var faults = RepeatedNews()
    /// Of pauses for want of room.
    var refusals = RepeatedNews()
    /// Whether the journal has a pause whose end it is to be told.
    var isEndAwaited = false
}
