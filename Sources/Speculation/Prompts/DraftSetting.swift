/// How an engine drafts: the draft depth, and the confidence below which it stops drafting early.
///
/// Together with the slot count this is what a lane is started with. `depth` is the greatest number of tokens
/// drafted per step; `pMin` (0…1) is llama-server's `--spec-draft-p-min`, where 0 means "always draft `depth`
/// tokens". Nothing is drafted at depth 0, so its `pMin` is always 0.
public struct DraftSetting: Hashable, Codable, Sendable, Comparable {
    /// Tokens drafted per step at most; 0 turns multi-token prediction off.
    public var depth: Int {
        didSet { normalize() }
    }
    /// Confidence (0…1) under which a draft is cut short; 0 never cuts.
    public var pMin: Double {
        didSet { normalize() }
    }

    /// Multi-token prediction off.
    public static let off = DraftSetting(depth: 0)

    /// Makes a setting; a negative depth counts as 0, and `pMin` is brought into 0…1.
    public init(depth: Int, pMin: Double = 0) {
        self.depth = depth
        self.pMin = pMin
        normalize()
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            depth: try container.decode(Int.self, forKey: .depth),
            pMin: try container.decodeIfPresent(Double.self, forKey: .pMin) ?? 0)
    }

    /// Whether anything is drafted.
    public var isDrafting: Bool { depth > 0 }

    /// A name for people: "off", "depth 3", "depth 3 with p-min 0.75".
    public var label: String {
        guard isDrafting else { return "off" }
        return pMin > 0 ? "depth \(depth) with p-min \(Figures.text(pMin))" : "depth \(depth)"
    }

    public static func < (left: DraftSetting, right: DraftSetting) -> Bool {
        (left.depth, left.pMin) < (right.depth, right.pMin)
    }

    private enum CodingKeys: String, CodingKey {
        case depth
        case pMin = "p_min"
    }

    private mutating func normalize() {
        let depth = max(0, self.depth)
        let pMin = depth == 0 || !self.pMin.isFinite ? 0 : min(1, max(0, self.pMin))
        if depth != self.depth { self.depth = depth }
        if pMin != self.pMin { self.pMin = pMin }
    }
}
