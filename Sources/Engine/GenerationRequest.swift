import PromptBatch

/// One request to an engine: an OpenAI-style path and the JSON body to post to it, passed on byte for byte.
public struct GenerationRequest: Sendable {
    /// The path of the API called, such as `/v1/chat/completions` or `/v1/completions`.
    public var path: String
    /// The JSON body, exactly as it will be sent.
    public var body: [UInt8]
    /// How long the whole answer may take, from sending the request to its last byte.
    public var timeout: Duration

    /// - Parameters:
    ///   - path: The path of the API called, beginning with `/`.
    ///   - body: The JSON body, sent unchanged.
    ///   - timeout: The limit for the whole answer; a long generation on a slow machine may need hours.
    public init(path: String, body: [UInt8], timeout: Duration = .seconds(6 * 3600)) {
        self.path = path
        self.body = body
        self.timeout = timeout
    }

    /// - Parameters:
    ///   - path: The path of the API called, beginning with `/`.
    ///   - body: The body; what it says itself stays as it is.
    ///   - slot: The slot of a llama-server that is to serve it, where the body asks for none.
    ///   - timeout: The limit for the whole answer.
    public init(path: String, body: JSON, slot: Int?, timeout: Duration) {
        var body = body
        if let slot, case .object(var members) = body, members["id_slot"] == nil {
            members["id_slot"] = JSON(slot)
            body = .object(members)
        }
        self.init(path: path, body: body.serialized(), timeout: timeout)
    }
}
