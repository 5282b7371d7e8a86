import Speculation

/// One model, as the daemon would run it, with a number of prompts in flight.
public struct SweptEngine: Hashable, Codable, Sendable {
    /// The model file.
    public var modelPath: String
    /// What the model calls itself, or its file's name.
    public var modelName: String
    /// Slots that it is started with.
    public var slots: Int
    /// Prompts in flight at the same time; fewer than slots where the daemon is to find their number (`slots: auto`).
    public var busySlots: Int
    /// Whether it can draft; a model without an MTP block is only measured with speculation off and n-grams.
    public var canDraft: Bool
    /// What the daemon learns under.
    public var fingerprint: EngineFingerprint

    public init(
        modelPath: String, modelName: String, slots: Int, busySlots: Int, canDraft: Bool,
        fingerprint: EngineFingerprint
    ) {
        self.modelPath = modelPath
        self.modelName = modelName
        self.slots = slots
        self.busySlots = busySlots
        self.canDraft = canDraft
        self.fingerprint = fingerprint
    }

    /// A name for people: "Qwen3.6-27B Q8_0, 4 slots", or "…, 1 of 8 slots".
    public var label: String {
        let busy = busySlots == slots ? "" : "\(busySlots) of "
        return "\(modelName) \(fingerprint.quantization), \(busy)\(slots) \(slots == 1 ? "slot" : "slots")"
    }
}
