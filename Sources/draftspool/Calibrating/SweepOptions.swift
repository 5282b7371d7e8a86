import ArgumentParser
import Calibration
import Settings
import Speculation

/// What `calibrate` measures.
struct SweepOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Draft settings: off, a depth, or depth@p-min. (default: off,1,2,3,5,3@0.75,5@0.75, up to the "
                + "configured depth)", valueName: "list"))
    var settings: CommaSeparated<SweepSetting>?

    @Flag(
        help: ArgumentHelp(
            "Also n-gram speculation, alone and beside depth 3 (llama-server's ngram-mod); the daemon uses it "
                + "where this measured a gain."))
    var ngram = false

    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp(
            "Numbers of prompts in flight, e.g. 1,4. (default: the configured; 1,4 with slots: auto, or several "
                + "--server)",
            valueName: "list"))
    var slots: CommaSeparated<SlotCount>?

    @Option(
        help: ArgumentHelp(
            "Sampling temperatures for all prompts, e.g. 0,0.7. (default: each prompt's own)",
            valueName: "list"))
    var temperature: CommaSeparated<Temperature>?

    @Option(
        help: ArgumentHelp(
            "Thinking modes: on, off or on,off. (default: as each prompt says)", valueName: "list"))
    var thinking: CommaSeparated<ThinkingMode>?

    @Option(
        help: ArgumentHelp(
            "A llama-server program; with several, each is measured at its best, and the fastest is named. "
                + "(default: the configured)", valueName: "program"),
        completion: .file())
    var server: [String] = []

    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "A model file, e.g. of another quantisation; may be repeated. (default: the configured)",
            valueName: "file"),
        completion: .file(extensions: ["gguf"]))
    var model: [String] = []

    @Option(help: "The longest answer, tokens.")
    var tokens = 128

    @Option(help: "Prompts of each workload, at most.")
    var prompts = 2

    @Option(
        help: "How often everything is measured; medians are shown. (default: 3; rounds between programs: 5)")
    var repeats: Int?

    func validate() throws {
        for (name, value) in [("--tokens", tokens), ("--prompts", prompts), ("--repeats", repeats ?? 1)]
        where value < 1 {
            throw ValidationError("\(name) must be at least 1.")
        }
        if comparesPrograms, conditions.count > 1 {
            throw ValidationError("Several --server are compared at one --temperature and one --thinking.")
        }
    }

    /// Whether several programs are named.
    var comparesPrograms: Bool { server.count > 1 }

    /// How often the settings are measured: where programs are compared, that only finds the ones to compare.
    var sweepRepeats: Int { comparesPrograms ? 1 : repeats ?? 3 }

    /// Rounds between programs.
    var rounds: Int { repeats ?? 5 }

    /// The draft settings to measure.
    func sweptSettings(_ configured: SpeculationSettings) -> [SweepSetting] {
        let usual =
            [1, 2, 3, 5].map { SweepSetting(DraftSetting(depth: $0)) }
            + [3, 5].map { SweepSetting(DraftSetting(depth: $0, pMin: 0.75)) }
        var swept = settings?.values ?? usual.filter { $0.draft.depth <= configured.maximumDepth }
        if ngram {
            let depth = swept.filter { $0.draft.pMin == 0 && $0.draft.depth <= 3 }.map(\.draft.depth).max()
            swept.append(SweepSetting(DraftSetting(depth: 0, usesNgrams: true)))
            if let depth, depth > 0 {
                swept.append(SweepSetting(DraftSetting(depth: depth, usesNgrams: true)))
            }
        }
        return swept
    }

    /// The numbers of prompts in flight to measure. Programs part in what they can do with one and with several.
    func busySlots(_ configured: EngineSettings) -> [Int] {
        if let slots { return slots.values.map(\.value) }
        if comparesPrograms {
            let several = configured.choosesBusySlots ? min(4, configured.slots) : configured.slots
            return several > 1 ? [1, several] : [1]
        }
        guard configured.choosesBusySlots, configured.slots > 1 else { return [configured.slots] }
        return [1, min(4, configured.slots)]
    }

    var conditions: [SweepCondition] {
        SweepCondition.combinations(
            temperatures: temperature?.values.map(\.value) ?? [],
            thinking: thinking?.values.map { $0 == .on } ?? [])
    }
}
