/// How prompts are sent, retried and drained.
public struct DispatchSettings: Sendable, Equatable {
    /// How often a prompt is sent before it counts as failed.
    public var maximumAttempts: Int
    /// The wait before the second attempt; it doubles with each further one.
    public var retryDelay: Duration
    /// How long prompts in flight may take to finish after SIGTERM.
    public var drainTimeout: Duration
    /// How long a batch may wait for its best lane before it is served by the running one.
    public var maximumLaneWait: Duration
}
