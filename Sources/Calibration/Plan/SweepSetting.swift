import Foundation
import Speculation

/// One way to speculate that is tried, with what a command line and a table call it.
public struct SweepSetting: Hashable, Codable, Sendable, Comparable {
    public var draft: DraftSetting

    /// No speculation: what all others are compared with.
    public static let off = SweepSetting(.off)

    public init(_ draft: DraftSetting) {
        self.draft = draft
    }

    /// Reads `off`, `3`, or `3@0.75` (depth and p-min). Nil for anything else, and for a depth over 16.
    public init?(parsing text: some StringProtocol) {
        if text == "off" || text == "0" {
            self = .off
            return
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard let depth = parts.first.flatMap({ Int($0) }), (1...16).contains(depth), parts.count <= 2 else {
            return nil
        }
        var pMin = 0.0
        if parts.count == 2 {
            guard let given = Double(parts[1]), (0...1).contains(given) else { return nil }
            pMin = given
        }
        self.init(DraftSetting(depth: depth, pMin: pMin))
    }

    public init(from decoder: any Decoder) throws {
        draft = try DraftSetting(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
        try draft.encode(to: encoder)
    }

    /// Whether drafts are also looked up among earlier tokens.
    public var usesNgrams: Bool { draft.usesNgrams }

    /// Whether anything is drafted.
    public var isSpeculating: Bool { draft.isSpeculating }

    /// A name for people: "off", "depth 3", "depth 3 with p-min 0.75", "depth 3 and n-grams".
    public var label: String { draft.label }

    /// A name for a narrow column: "off", "3", "3 p0.75", "3+ngram".
    public var shortLabel: String {
        guard isSpeculating else { return "off" }
        var words = draft.isDrafting ? "\(draft.depth)" : ""
        if draft.pMin > 0 { words += String(format: " p%g", draft.pMin) }
        if usesNgrams { words += draft.isDrafting ? "+ngram" : "ngram" }
        return words
    }

    public static func < (left: SweepSetting, right: SweepSetting) -> Bool {
        if left.usesNgrams != right.usesNgrams { return right.usesNgrams }
        let (one, two) = (left.draft, right.draft)
        return one.pMin != two.pMin ? one.pMin < two.pMin : one.depth < two.depth
    }
}
