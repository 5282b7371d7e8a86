/// A prompt the engine would not answer; sending it again changes nothing.
public struct RefusedRequest: Hashable, Codable, Sendable {
    public var customID: String
    public var message: String

    enum CodingKeys: String, CodingKey {
        case message
        case customID = "custom_id"
    }
}
