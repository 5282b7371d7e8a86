import Speculation

/// A llama-server that this process started, and that is healthy. Valid inside the closure it was given to.
public struct RunningEngine: Sendable {
    /// The engine, to send requests to.
    public var engine: any GenerationEngine { connected }
    /// The child process. Of a wrapper script that does not end in `exec`, the wrapper's.
    public let processID: Int32
    /// Time from the start of the process to its first healthy answer: what changing to this setting costs.
    public let startMilliseconds: Double
    /// The setting it runs at.
    public let setting: DraftSetting
    /// Where it listens.
    public let endpoint: EngineEndpoint

    let connected: OpenAIEngine

    /// Reads the engine's counters, among them the accepted drafts by position.
    public func metrics() async throws(EngineError) -> LlamaServerMetrics {
        try await connected.metrics()
    }
}
