import JSON
import Foundation
import PromptBatch
import Settings

/// The line that makes the daemon run what a comparison found best.
public struct RecommendedConfiguration: Sendable {
    let entry: EngineComparison.Entry
    /// All engines that were measured.
    let engines: [SweptEngine]
    /// What is configured now: only what does not follow from it is said.
    let configured: SpeculationSettings

    /// A YAML mapping on one line: `engine: {…}`, or `{engine: {…}, speculation: {…}}`.
    public var line: String {
        let model =
            Set(engines.map(\.modelPath)).count > 1 ? [("model", Self.scalar(entry.engine.modelPath))] : []
        let engine = Self.mapping(
            [("server", Self.scalar(entry.engine.server))] + model + [("slots", "\(entry.engine.busySlots)")])
        let speculation = depth + threshold
        guard !speculation.isEmpty else { return "engine: \(engine)" }
        return Self.mapping([("engine", engine), ("speculation", Self.mapping(speculation))])
    }

    private var depth: [(String, String)] {
        let deepest = entry.contender.choices.map(\.setting.draft.depth).max() ?? 0
        if let fixed = configured.fixedDepth {
            guard let common = entry.contender.commonSetting?.draft.depth else { return [("depth", "auto")] }
            return fixed == common ? [] : [("depth", "\(common)")]
        }
        if deepest > configured.maximumDepth { return [("max-depth", "\(deepest)")] }
        let needsNoDrafts =
            !entry.engine.canDraft
            && engines.contains { $0.isPaired(with: entry.engine) && $0.canDraft }
        return needsNoDrafts && configured.maximumDepth > 0 ? [("max-depth", "0")] : []
    }

    private var threshold: [(String, String)] {
        let wanted = Set(entry.contender.choices.map(\.setting.draft).filter(\.isDrafting).map(\.pMin))
        let offered =
            configured.fixedDepth == nil
            ? configured.draftProbabilities : Array(configured.draftProbabilities.prefix(1))
        guard !wanted.isSubset(of: offered) else { return [] }
        if wanted.count == 1, let only = wanted.first { return [("p-min", String(format: "%g", only))] }
        return [("p-min", "auto")]
    }

    private static func mapping(_ members: [(String, String)]) -> String {
        "{" + members.map { "\($0): \($1)" }.joined(separator: ", ") + "}"
    }

    /// Plain where that is safe, else in double quotes, of which YAML's are JSON's and more.
    private static func scalar(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"):
                true
            default: false
            }
        }
        return isPlain && text.hasPrefix("/") ? text : JSON.string(text).text
    }
}
