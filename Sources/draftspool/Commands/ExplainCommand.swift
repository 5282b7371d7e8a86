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
              draftspool explain prompts.jsonl --json | jq .decision.reason

            Exit status: 0, or 3 if some lines could not be read.
            """)

    /// Features shown of a prompt.
    private static let evidenceShown = 5

    @OptionGroup var options: SettingsOptions
    @OptionGroup var input: PromptInput
    @OptionGroup var engine: AssumedEngine

    @Flag(help: "Writes one JSON object a prompt.")
    var json = false

    func run() async throws {
        let settings = try await options.loader(further: engine.flags).load()
        let preview = try await DecisionPreview.load(
            settings: settings, quantization: engine.quantization, device: engine.device)
        let terminal = Terminal.output
        if !json { Console.print(terminal.styled("basis: \(preview.note)", .dim)) }
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
}
