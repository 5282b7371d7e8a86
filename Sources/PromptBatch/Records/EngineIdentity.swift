import JSON

/// The engine that answered, as records name it.
public struct EngineIdentity: Codable, Hashable, Sendable {
    /// Its name in the configuration's list of engines; nil for the only one.
    public var id: String?
    /// `llama-server`, `openai`, …
    public var name: String
    /// The engine's build, nil when it does not say.
    public var version: String?
    /// The model's name or file.
    public var model: String?
    /// The model's quantisation as the engine reports it.
    public var quantization: String?
    /// The lane or endpoint, such as `d3`.
    public var lane: String?
    /// How many requests the lane runs at once, nil when not known.
    public var slots: Int?

    public init(
        id: String? = nil, name: String, version: String? = nil, model: String? = nil,
        quantization: String? = nil,
        lane: String? = nil, slots: Int? = nil
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.model = model
        self.quantization = quantization
        self.lane = lane
        self.slots = slots
    }

    var json: JSON {
        [
            "id": JSON(id), "name": .string(name), "version": JSON(version), "model": JSON(model),
            "quantization": JSON(quantization), "lane": JSON(lane), "slots": JSON(slots),
        ]
    }
}
