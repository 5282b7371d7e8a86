import ArgumentParser
import Settings
import Spool

/// `draftspool retry`: runs failed prompts again.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Runs the failed prompts of a batch again.",
        discussion: """
            While the batch runs, its failed and cancelled prompts wait again and end anew in the same output. Of a \
            finished batch they become a new one, NAME-retry, with the ids they had; the output that is there \
            stays as it is. Lines that could not be read are not run again: mend and submit them. A completion window is \
            counted anew; prompts whose deadline has passed are left out.

              draftspool retry nightly.jsonl
              draftspool retry /var/spool/draftspool/output/nightly
              draftspool retry nightly --prompt q-17

            Exit status: 0 done, 3 some of the prompts named are unknown or did not fail, or no daemon runs (it \
            will do it when it starts), 1 not done.
            """)

    @OptionGroup var options: SettingsOptions

    @Argument(
        help: "The batch: its file's name, its id, or its output directory.",
        completion: BatchCompletion.kind(.withFailures))
    var batch: String

    @Option(name: [.short, .customLong("prompt")], help: "The custom_id of a prompt; may be repeated.")
    var prompts: [String] = []

    @Flag(help: "All that failed; this is so unless prompts are named.")
    var failed = false

    @OptionGroup var control: ControlOptions

    func validate() throws {
        if failed, !prompts.isEmpty { throw ValidationError("Give --failed or --prompt, not both.") }
    }

    func run() async throws {
        let settings = try await options.loader().load()
        try await control.carryOut(
            ControlRequest(
                action: .retry, batch: try BatchName(batch).text, prompts: prompts.isEmpty ? nil : prompts),
            settings: settings)
    }
}
