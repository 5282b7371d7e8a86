/// What generates, as far as step costs have been measured anywhere.
public enum DeviceKind: String, Codable, Sendable, Hashable {
    case gpu, processor, unknown
}

/// What step costs depend on; learned state is kept under it.
public struct EngineFingerprint: Hashable, Codable, Sendable {
    /// Identity of the model file (a name, or a hash of size and header).
    public var modelIdentity: String
    /// Quantisation as the engine names it ("Q4_K - Medium", "Q8_0", "BF16", …).
    public var quantization: String
    /// Engine name and build.
    public var engineBuild: String
    /// The device it runs on (GPU or CPU name).
    public var device: String
    public var deviceKind: DeviceKind
    /// Context of a slot, in tokens.
    public var contextTokens: Int
    /// Slots the engine was started with.
    public var slots: Int
    /// Further engine flags that change costs or drafts (n-gram speculation, for one).
    public var extraFlags: [String]

    public init(
        modelIdentity: String, quantization: String, engineBuild: String, device: String,
        deviceKind: DeviceKind = .unknown, contextTokens: Int, slots: Int, extraFlags: [String] = []
    ) {
        self.modelIdentity = modelIdentity
        self.quantization = quantization
        self.engineBuild = engineBuild
        self.device = device
        self.deviceKind = deviceKind
        self.contextTokens = contextTokens
        self.slots = slots
        self.extraFlags = extraFlags
    }

    /// A short stable hash (16 hexadecimal digits, FNV-1a over every field), safe as a file name.
    public var key: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let fields =
            [modelIdentity, quantization, engineBuild, device, "\(contextTokens)", "\(slots)"] + extraFlags
        for field in fields {
            for byte in Array(field.utf8) + [0] {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
