import Speculation

/// All that decides what is measured. A directory of results belongs to one set of them.
public struct SweepParameters: Hashable, Codable, Sendable {
    /// Version of the files' form.
    public static let formatVersion = 2

    public var format = SweepParameters.formatVersion
    /// What the prompts are from: a file's name, or "built-in".
    public var promptSource: String
    /// Hash of the prompts that were chosen.
    public var promptDigest: String
    public var engines: [SweptEngine]
    /// Settings in the order they are run; off is always one.
    public var settings: [SweepSetting]
    public var conditions: [SweepCondition]
    /// The longest answer, tokens.
    public var maximumTokens: Int
    public var promptsPerWorkload: Int
    /// How often everything is measured.
    public var repeats: Int

    public init(
        promptSource: String, promptDigest: String, engines: [SweptEngine], settings: [SweepSetting],
        conditions: [SweepCondition], maximumTokens: Int, promptsPerWorkload: Int, repeats: Int
    ) {
        self.promptSource = promptSource
        self.promptDigest = promptDigest
        self.engines = engines
        self.settings = Array(Set(settings + [.off])).sorted()
        self.conditions = conditions
        self.maximumTokens = maximumTokens
        self.promptsPerWorkload = promptsPerWorkload
        self.repeats = repeats
    }

    enum CodingKeys: String, CodingKey {
        case format, engines, settings, conditions, repeats
        case promptSource = "prompt_source"
        case promptDigest = "prompt_digest"
        case maximumTokens = "max_tokens"
        case promptsPerWorkload = "prompts_per_workload"
    }

    /// The settings that an engine can run.
    public func settings(of engine: SweptEngine) -> [SweepSetting] {
        settings.filter { engine.canDraft || !$0.draft.isDrafting }
    }

    /// What differs from the parameters of earlier results, each "name: then, now".
    public func differences(from earlier: SweepParameters) -> [String] {
        var found: [String] = []
        func compare(_ name: String, _ then: some Equatable, _ now: some Equatable, _ words: (String, String))
        {
            if "\(then)" != "\(now)" { found.append("\(name): \(words.0) then, \(words.1) now") }
        }
        compare("format", earlier.format, format, ("\(earlier.format)", "\(format)"))
        compare("prompts", earlier.promptSource, promptSource, (earlier.promptSource, promptSource))
        if earlier.promptDigest != promptDigest, earlier.promptsPerWorkload == promptsPerWorkload {
            found.append("prompts: the prompts chosen from \(promptSource) are others now")
        }
        compare(
            "--prompts", earlier.promptsPerWorkload, promptsPerWorkload,
            ("\(earlier.promptsPerWorkload)", "\(promptsPerWorkload)"))
        compare(
            "--tokens", earlier.maximumTokens, maximumTokens, ("\(earlier.maximumTokens)", "\(maximumTokens)")
        )
        compare("--repeats", earlier.repeats, repeats, ("\(earlier.repeats)", "\(repeats)"))
        let names = { (settings: [SweepSetting]) in settings.map(\.shortLabel).joined(separator: ", ") }
        compare("settings", earlier.settings, settings, (names(earlier.settings), names(settings)))
        let conditions = { (conditions: [SweepCondition]) in
            conditions.map { $0.label.isEmpty ? "as in the prompts" : $0.label }.joined(separator: "; ")
        }
        compare(
            "conditions", earlier.conditions, self.conditions,
            (conditions(earlier.conditions), conditions(self.conditions)))
        if earlier.engines != engines { found.append(engineDifference(from: earlier.engines)) }
        return found
    }

    private func engineDifference(from earlier: [SweptEngine]) -> String {
        let labels = { (engines: [SweptEngine]) in engines.map(\.label).joined(separator: "; ") }
        guard labels(earlier) == labels(engines) else {
            return "engines: \(labels(earlier)) then, \(labels(engines)) now"
        }
        let pairs = zip(earlier, engines).filter { $0 != $1 }.map { then, now in
            let (one, two) = (then.fingerprint, now.fingerprint)
            if then.server != now.server { return "\(then.server) then, \(now.server) now" }
            if one.engineBuild != two.engineBuild { return "\(one.engineBuild) then, \(two.engineBuild) now" }
            if one.device != two.device { return "\(one.device) then, \(two.device) now" }
            if one.extraFlags != two.extraFlags {
                return "arguments \(one.extraFlags) then, \(two.extraFlags) now"
            }
            if one.contextTokens != two.contextTokens {
                return "context \(one.contextTokens) then, \(two.contextTokens) now"
            }
            return "\(then.modelPath) is another file now, or was renamed"
        }
        return "engine: " + pairs.joined(separator: "; ")
    }
}
