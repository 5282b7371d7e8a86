/// How an engine drafts: the draft depth, the confidence below which it stops drafting early, and whether it also looks
/// drafts up among earlier tokens.
///
/// Together with the slot count this is what a lane is started with. `depth` is the greatest number of tokens
/// drafted per step; `pMin` (0…1) is llama-server's `--spec-draft-p-min`, where 0 means "always draft `depth`
/// tokens". The model's own head drafts nothing at depth 0, so its `pMin` is always 0.
public struct DraftSetting: Hashable, Codable, Sendable, Comparable {
    /// Tokens drafted per step at most; 0 turns multi-token prediction off.
    public var depth: Int {
        didSet { normalize() }
    }
    /// Confidence (0…1) under which a draft is cut short; 0 never cuts.
    public var pMin: Double {
        didSet { normalize() }
    }

    /// Whether drafts are also looked up among earlier tokens (llama-server's `ngram-mod`).
    public var usesNgrams: Bool

    /// No speculation.
    public static let off = DraftSetting(depth: 0)

    /// Makes a setting; a negative depth counts as 0, and `pMin` is brought into 0…1.
    public init(depth: Int, pMin: Double = 0, usesNgrams: Bool = false) {
        self.depth = depth
        self.pMin = pMin
        self.usesNgrams = usesNgrams
        normalize()
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            depth: try container.decode(Int.self, forKey: .depth),
            pMin: try container.decodeIfPresent(Double.self, forKey: .pMin) ?? 0,
            usesNgrams: try container.decodeIfPresent(Bool.self, forKey: .usesNgrams) ?? false)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(depth, forKey: .depth)
        try container.encode(pMin, forKey: .pMin)
        if usesNgrams { try container.encode(true, forKey: .usesNgrams) }
    }

    /// Whether the model's own head drafts.
    public var isDrafting: Bool { depth > 0 }

    /// Whether anything is drafted.
    public var isSpeculating: Bool { isDrafting || usesNgrams }

    /// The same without looking drafts up.
    public var withoutNgrams: DraftSetting { DraftSetting(depth: depth, pMin: pMin) }

    /// A name for people: "off", "depth 3", "depth 3 with p-min 0.75", "depth 3 and n-grams", "n-grams".
    public var label: String {
        guard isDrafting else { return usesNgrams ? "n-grams" : "off" }
        return (pMin > 0 ? "depth \(depth) with p-min \(Figures.text(pMin))" : "depth \(depth)")
            + (usesNgrams ? " and n-grams" : "")
    }

    public static func < (left: DraftSetting, right: DraftSetting) -> Bool {
        (left.depth, left.pMin, left.usesNgrams ? 1 : 0) < (right.depth, right.pMin, right.usesNgrams ? 1 : 0)
    }

    private enum CodingKeys: String, CodingKey {
        case depth
        case pMin = "p_min"
        case usesNgrams = "ngram"
    }

    private mutating func normalize() {
        let depth = max(0, self.depth)
        let pMin = depth == 0 || !self.pMin.isFinite ? 0 : min(1, max(0, self.pMin))
        if depth != self.depth { self.depth = depth }
        if pMin != self.pMin { self.pMin = pMin }
    }
}
