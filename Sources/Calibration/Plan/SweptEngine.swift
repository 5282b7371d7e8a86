import Speculation

/// One model with one number of slots, as the daemon would run it.
public struct SweptEngine: Hashable, Codable, Sendable {
    /// The model file.
    public var modelPath: String
    /// What the model calls itself, or its file's name.
    public var modelName: String
    public var slots: Int
    /// Whether it can draft; a model without an MTP block is only measured with speculation off and n-grams.
    public var canDraft: Bool
    /// What the daemon learns under.
    public var fingerprint: EngineFingerprint

    public init(
        modelPath: String, modelName: String, slots: Int, canDraft: Bool, fingerprint: EngineFingerprint
    ) {
        self.modelPath = modelPath
        self.modelName = modelName
        self.slots = slots
        self.canDraft = canDraft
        self.fingerprint = fingerprint
    }

    /// A name for people: "Qwen3.6-27B Q8_0, 4 slots".
    public var label: String {
        "\(modelName) \(fingerprint.quantization), \(slots) \(slots == 1 ? "slot" : "slots")"
    }
}
