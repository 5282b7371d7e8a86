/// One request, and what its answer may be.
struct HTTPRequest: Sendable {
    let endpoint: EngineEndpoint
    /// The path, from the root.
    let path: String
    /// Lines such as `accept: application/json`.
    let headers: [String]
    /// A body to post; without one the request is a `GET`.
    let body: [UInt8]?
    /// The limit for the exchange as a whole. Time in which the machine is suspended does not count: the engine stands
    /// still too.
    let timeout: Duration
    let maximumResponseBytes: Int
}
