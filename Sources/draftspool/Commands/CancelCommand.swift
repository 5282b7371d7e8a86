import ArgumentParser
import Settings
import Spool

/// `draftspool cancel`: ends a batch, or prompts of it.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Cancels a batch, or single prompts of it.",
        discussion: """
            Prompts that have no answer yet end with the error "cancelled", those that are being answered included; \
            answers that are there stay. A batch of which every prompt has ended is published as always.

              draftspool cancel nightly.jsonl
              draftspool cancel 20261124-015959-3fa9c1d2     by its id
              draftspool cancel nightly --prompt q-17 --prompt q-18

            Exit status: 0 done, 3 some of the prompts named are unknown or have ended, or no daemon runs (it will \
            do it when it starts), 1 not done.
            """)

    @OptionGroup var options: SettingsOptions

    @Argument(
        help: "The batch: its file's name, its id, or its output directory.",
        completion: BatchCompletion.kind(.open))
    var batch: String

    @Option(name: [.short, .customLong("prompt")], help: "The custom_id of a prompt; may be repeated.")
    var prompts: [String] = []

    @OptionGroup var control: ControlOptions

    func run() async throws {
        let settings = try await options.loader().load()
        try await control.carryOut(
            ControlRequest(
                action: .cancel, batch: try BatchName(batch).text, prompts: prompts.isEmpty ? nil : prompts),
            settings: settings)
    }
}
