/// Something that answers prompts: a child process of this daemon, or a server run by somebody else.
public protocol GenerationEngine: Sendable {
    /// Sends one request and waits for the whole answer.
    ///
    /// Cancelling the calling task closes the connection, on which the known engines stop generating.
    func generate(_ request: GenerationRequest) async throws(EngineError) -> GenerationResponse

    /// Asks the engine what it is and what it runs.
    func describe() async throws(EngineError) -> EngineDescription

    /// Asks for the names of the models that a request may name.
    func modelNames() async throws(EngineError) -> Set<String>

    /// Whether the engine takes requests now. An engine that is still loading its model does not.
    func isHealthy() async -> Bool
}
