import Speculation

/// One model, as the daemon would run it, with a number of prompts in flight.
public struct SweptEngine: Hashable, Codable, Sendable {
    /// The program's path.
    public var server: String
    /// What tells the program apart from others that are measured; empty where it is the only one.
    public var serverName: String
    /// The model file.
    public var modelPath: String
    /// What the model calls itself, or its file's name.
    public var modelName: String
    /// Slots that it is started with.
    public var slots: Int
    /// Prompts in flight at the same time; fewer than slots where the daemon is to find their number (`slots: auto`).
    public var busySlots: Int
    /// Whether it can draft; a model without an MTP block, and a program at more slots than it drafts with, are only
    /// measured with speculation off and n-grams.
    public var canDraft: Bool
    /// What the daemon learns under.
    public var fingerprint: EngineFingerprint

    public init(
        server: String, serverName: String = "", modelPath: String, modelName: String, slots: Int,
        busySlots: Int,
        canDraft: Bool, fingerprint: EngineFingerprint
    ) {
        self.server = server
        self.serverName = serverName
        self.modelPath = modelPath
        self.modelName = modelName
        self.slots = slots
        self.busySlots = busySlots
        self.canDraft = canDraft
        self.fingerprint = fingerprint
    }

    /// A name for people: "Qwen3.6-27B Q8_0, 4 slots", or "…, 1 of 8 slots"; after the program's, where there are several.
    public var label: String {
        let busy = busySlots == slots ? "" : "\(busySlots) of "
        return "\(pairName), \(busy)\(slots) \(slots == 1 ? "slot" : "slots")"
    }

    /// Program and model: what is compared, each at its best slots and settings.
    public var pairName: String {
        (serverName.isEmpty ? "" : serverName + ": ") + "\(modelName) \(fingerprint.quantization)"
    }

    /// Whether it is the other's program and model, at whatever slots.
    func isPaired(with other: SweptEngine) -> Bool {
        server == other.server && modelPath == other.modelPath
    }
}
