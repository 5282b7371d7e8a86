import ArgumentParser
import Dispatching
import Intake
import Settings
import Spool

/// `draftspool estimate`: what prompts are expected to take, without running them.
struct EstimateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate",
        abstract: "Shows how many tokens and how long prompts are expected to take, without running them.",
        discussion: """
            The prompts are planned as the daemon would plan them, with what it has learned of the configured \
            engines (--state-directory): how long answers to such prompts are and how fast they come. Each figure \
            has a range that is to hold it four times in five. What was never measured is said to be so, and has \
            a wide range; the first answers narrow it.

              draftspool estimate prompts.jsonl
              draftspool estimate *.jsonl                    all of them together
              draftspool estimate prompts.jsonl --json | jq .seconds
              draftspool estimate prompts.jsonl --device gpu --slots 16   no engine at hand

            The time is that of the engines with nothing else to do; what waits already comes before it.

            Exit status: 0, or 3 if some lines could not be read.
            """)

    @OptionGroup var options: SettingsOptions
    @OptionGroup var input: PromptInput
    @OptionGroup var assumed: AssumedEngine

    @Flag(help: "Writes one JSON object.")
    var json = false

    func run() async throws {
        let settings = try await options.loader(further: assumed.flags).load()
        var groups = PromptGroups(judge: try PromptJudge(rules: settings.rules))
        let isComplete = try input.forEachPrompt(settings: settings) { groups.add($0) }
        guard groups.prompts > 0 else {
            throw ToolError("there is no prompt to estimate", remedy: "mend the lines as said above")
        }
        let estimator = await BatchEstimator.load(
            settings: settings, quantization: assumed.quantization, device: assumed.device)
        let status = Self.status(of: SpoolAccess(layout: SpoolLayout(root: settings.spool)))
        let estimate = estimator.estimate(groups, running: EstimateView.running(status))
        let view = EstimateView(estimate, waiting: status?.expectedEnd)
        if json {
            Console.print(view.json)
        } else {
            view.lines(for: .output).forEach(Console.print)
        }
        if !isComplete { throw ExitStatus.partial }
    }

    /// The daemon's status; nil where none runs, or it may not be looked at: then there is nothing to wait for.
    private static func status(of access: SpoolAccess) -> SpoolStatus? {
        guard let status = try? SpoolStatus.read(from: access.layout) else { return nil }
        return access.presence(of: status).isRunning ? status : nil
    }
}
