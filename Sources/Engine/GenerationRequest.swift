import JSON
import Speculation

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
    ///   - setting: How to draft for it, where the engine lets a request say so and the body does not.
    ///   - defaults: Members that the engine needs, where the body has none of that name, or null.
    ///   - timeout: The limit for the whole answer.
    public init(
        path: String, body: JSON, slot: Int?, setting: DraftSetting? = nil,
        defaults: JSONObject = JSONObject(), timeout: Duration
    ) {
        guard case .object(var members) = body else {
            self.init(path: path, body: body.serialized(), timeout: timeout)
            return
        }
        for key in defaults.keys where members[key] == nil || members[key] == .null {
            members[key] = defaults[key]
        }
        if let slot, members["id_slot"] == nil { members["id_slot"] = JSON(slot) }
        if let setting, !Self.choosesDrafts(body) {
            members["speculative.n_max"] = JSON(setting.depth)
            members["speculative.p_min"] = JSON(rounding: setting.pMin, decimals: 4)
        }
        self.init(path: path, body: JSON.object(members).serialized(), timeout: timeout)
    }

    /// Whether a body says itself how to draft for it: then it is passed on as it is.
    public static func choosesDrafts(_ body: JSON) -> Bool {
        body.objectValue?.keys.contains { $0 == "speculative" || $0.hasPrefix("speculative.") } ?? false
    }
}
