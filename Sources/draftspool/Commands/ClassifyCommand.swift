import ArgumentParser
import Intake
import PromptBatch
import Settings

/// `draftspool classify`: what each prompt asks for.
struct ClassifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Names the workload of each prompt.",
        discussion: """
            The workload is what the answer mostly consists of: code, math, factual, translation, \
            summarization, extraction, analysis or creative. Overrides in the file and the configuration's \
            rules win over the classifier, as they do in the daemon.

              draftspool classify prompts.jsonl
              draftspool classify --text "Prove that root 2 is irrational"
              draftspool classify prompts.jsonl --json | jq .workload

            --json writes one object a prompt: custom_id, line, workload, confidence, source (classifier, \
            override or rule), and the probabilities of all eight.

            Exit status: 0, or 3 if some lines could not be read.
            """)

    @OptionGroup var options: SettingsOptions
    @OptionGroup var input: PromptInput

    @Flag(help: "Writes one JSON object a prompt.")
    var json = false

    func run() async throws {
        let settings = try await options.loader().load()
        let judge = try PromptJudge(rules: settings.rules)
        var table = TextTable([
            .init(title: "prompt", minimumWidth: 10), .init(title: "workload"), .init(title: "confidence"),
            .init(title: "source", minimumWidth: 8), .init(title: "next best"),
            .init(title: "text", minimumWidth: 16),
        ])
        let isComplete = try input.forEachPrompt(settings: settings) { prompt in
            let view = PromptView(prompt: prompt, judgement: judge.judge(prompt, batch: nil))
            if json { Console.print(.object(view.workloadObject)) } else { table.rows.append(view.row) }
        }
        if !json { table.lines(for: .output).forEach(Console.print) }
        if !isComplete { throw ExitStatus.partial }
    }
}
