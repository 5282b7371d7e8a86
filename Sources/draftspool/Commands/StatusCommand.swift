import ArgumentParser
import Foundation
import PromptBatch
import Settings
import Spool

/// `draftspool status`: what the daemon is doing.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows what the daemon is doing.",
        discussion: """
            The daemon, its lane (the running engine and its draft depth), its speed, the queue, and the \
            batches: open ones first, then those that finished last.

              draftspool status
              watch draftspool status
              draftspool status --json | jq .lanes

            --json prints the daemon's status file with two keys added: alive (whether it runs) and incoming \
            (files not picked up yet).

            Exit status: 0 if the daemon runs, 3 if it does not.
            """)

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Writes one JSON object.")
    var json = false

    func run() async throws {
        let settings = try await options.loader().load()
        let access = SpoolAccess(layout: SpoolLayout(root: settings.spool))
        guard SpoolAccess.isDirectory(access.layout.root) else {
            throw ToolError(
                "\(access.layout.root) is no spool: there is no such directory",
                remedy: "start draftspoold on it, which makes it, or name another spool with --spool")
        }
        let status = try SpoolStatus.read(from: access.layout)
        let view = StatusView(
            spool: access.layout.root, unit: settings.instance.unit, status: status,
            presence: access.presence(of: status), waiting: access.waitingFiles())
        if json {
            Console.print(try view.json())
        } else {
            view.lines(for: .output).forEach(Console.print)
        }
        if !view.presence.isRunning { throw ExitStatus.partial }
    }
}
