import ArgumentParser
import Dispatching
import PromptBatch
import Settings

/// `draftspool explain`: workload and decision for each prompt, without running it.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows which draft depth each prompt would get, and why, without running it.",
        discussion: """
            For each prompt: its workload, the words and properties that spoke loudest for it, the depth, and \
            the figures behind it. The decision rests on what the daemon has learned of the configured engine \
            (--state-directory), else on published figures; the first line says which. It is the decision \
            with all slots busy; in the daemon a prompt may also ride along in the lane that runs.

              draftspool explain --text "Write a story about a lighthouse"
              draftspool explain prompts.jsonl --slots 4
              draftspool explain prompts.jsonl --quantization Q4_K_M   no model at hand
              draftspool explain prompts.jsonl --device gpu --slots 16
              draftspool explain prompts.jsonl --engine deep           of a pool
              draftspool explain prompts.jsonl --json | jq .decision.reason

            Exit status: 0, or 3 if some lines could not be read.
            """)

    /// Features shown of a prompt.
    private static let evidenceShown = 5

    @OptionGroup var options: SettingsOptions
    @OptionGroup var input: PromptInput

    @Option(
        name: .customLong("engine"),
        help: ArgumentHelp(
            "Of several engines, the one to decide for; without it, the first.", valueName: "name"))
    var engineName: String?

    @OptionGroup var assumed: AssumedEngine

    @Flag(help: "Writes one JSON object a prompt.")
    var json = false

    func run() async throws {
        let loader = options.loader(further: assumed.flags)
        let settings = try engineSettings(of: try await loader.load())
        let preview = try await DecisionPreview.load(
            settings: settings, quantization: assumed.quantization, device: assumed.device)
        let terminal = Terminal.output
        if !json {
            let others = settings.engines.map(\.name).filter { $0 != settings.engine.name }
            if !others.isEmpty {
                Console.print(
                    terminal.styled(
                        "engine: \(settings.engine.name) (--engine shows \(others.joined(separator: ", ")))",
                        .dim))
            }
            Console.print(terminal.styled("basis: \(preview.note)", .dim))
        }
        let isComplete = try input.forEachPrompt(settings: settings) { prompt in
            let judgement = preview.judge.judge(prompt, batch: nil)
            let explanation = PromptExplanation(
                view: PromptView(prompt: prompt, judgement: judgement), decision: preview.decide(judgement),
                evidence: judgement.source == .classifier
                    ? preview.judge.evidence(for: prompt, limit: Self.evidenceShown) : [],
                basis: preview.note)
            if json {
                Console.print(explanation.json)
            } else {
                explanation.lines(for: terminal).forEach(Console.print)
            }
        }
        if !isComplete { throw ExitStatus.partial }
    }

    /// The settings as the engine to decide for sees them.
    private func engineSettings(of settings: Settings) throws -> Settings {
        guard let engineName else { return settings }
        guard let engine = settings.engines.first(where: { $0.name == engineName }) else {
            let names = settings.engines.map(\.name).filter { !$0.isEmpty }.joined(separator: ", ")
            throw ToolError(
                "No engine is called '\(engineName)'",
                remedy: names.isEmpty
                    ? "leave --engine out: the configuration has only one" : "the configuration has \(names)")
        }
        return settings.with(engine: engine)
    }
}
