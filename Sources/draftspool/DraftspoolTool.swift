import ArgumentParser
import CCommit
import Daemon
import JSON
import Settings

/// `draftspool`: the user's tool. Drops batches into a spool, follows them, reads what came of them.
struct DraftspoolTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draftspool",
        abstract: "Submits prompt batches to draftspoold and reads their results.",
        discussion: """
            A batch is a file of prompts: OpenAI Batch JSON Lines, {"prompt": "…"} lines, or one prompt as .txt \
            or .md. The daemon answers it and says, for each prompt, which draft depth of multi-token \
            prediction it chose, why, and how fast it went.

              draftspool submit prompts.jsonl --wait     drop a batch, await the answers
              draftspool estimate prompts.jsonl          how long it will take, before it is dropped
              draftspool report                          what came of the last batch
              draftspool results prompts --csv           its answers, with what was asked
              draftspool explain --text "Write a haiku"  the depth it would get, and why
              draftspool calibrate prompts.jsonl         the best depth, measured on your prompts
              draftspool doctor                          is everything in place?

            Exit status: 0 success, 1 failure, 3 a qualified no (some prompts failed; no daemon runs), 64 wrong \
            usage, 78 the configuration cannot be used.
            """,
        version: DraftspoolVersion.text(commit: String(cString: built_commit())),
        subcommands: [
            SubmitCommand.self, StatusCommand.self, CancelCommand.self, RetryCommand.self, ReportCommand.self,
            ResultsCommand.self, EstimateCommand.self, ExplainCommand.self, ClassifyCommand.self,
            CalibrateCommand.self,
            DoctorCommand.self,
        ])

    static func main() async {
        let command: any ParsableCommand
        do {
            command = try await asyncParseAsRoot()
        } catch {
            exit(withError: error)
        }
        do {
            try await run(command)
        } catch {
            fail(error)
        }
    }

    private static func run(_ command: any ParsableCommand) async throws {
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            var command = command
            try command.run()
        }
    }

    /// Ends the process: in words on standard error, with the exit status that belongs to the error.
    ///
    /// Help, usage errors and bare exit statuses are the argument parser's own to print.
    private static func fail(_ error: any Error) -> Never {
        if let error = error as? SettingsError {
            Console.complain("\(error)")
            exit(withError: ExitStatus.configuration)
        }
        guard !(error is ExitCode), exitCode(for: error) == .failure else { exit(withError: error) }
        Console.complain("\(error)")
        exit(withError: ExitCode.failure)
    }
}
