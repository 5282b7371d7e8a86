import Speculation
import Workload

/// A way to run the whole batch that is put to the clock: a program with a model at a number of slots, and the draft
/// setting of each workload.
public struct Contender: Hashable, Codable, Sendable {
    /// What a workload is run at.
    public struct Choice: Hashable, Codable, Sendable {
        public var workload: Workload
        public var setting: SweepSetting
    }

    /// Index of the engine in ``SweepParameters/engines``.
    public var engine: Int
    /// One for each workload there are prompts of.
    public var choices: [Choice]

    public init(engine: Int, choices: [Choice]) {
        self.engine = engine
        self.choices = choices
    }

    /// The setting of every workload; nil where they differ, and requests have to name theirs.
    public var commonSetting: SweepSetting? {
        let settings = Set(choices.map(\.setting))
        return settings.count == 1 ? settings.first : nil
    }

    /// What its lane is started at: where requests choose, the greatest depth without a p-min.
    var start: SweepSetting {
        commonSetting ?? SweepSetting(DraftSetting(depth: choices.map(\.setting.draft.depth).max() ?? 0))
    }

    /// A name for people: "depth 3", or "each workload at its best: code 5, creative off".
    public var label: String {
        if let commonSetting { return commonSetting.label }
        let parts = choices.map { "\($0.workload.rawValue) \($0.setting.shortLabel)" }
        return "each workload at its best: " + parts.joined(separator: ", ")
    }
}
