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
            batches: open ones first, then those that finished last. Behind an open one stands when it is \
            expected to be done, by what was learned, and the range that is to hold that four times in five.

              draftspool status
              draftspool status --follow
              draftspool status --json | jq .lanes

            --json prints the daemon's status file with two keys added: alive (whether it runs) and incoming \
            (files not picked up yet).

            Exit status: 0 if the daemon runs, 3 if it does not.
            """)

    /// Between two looks at the status, which the daemon writes as often.
    private static let interval: Duration = .seconds(1)

    @OptionGroup var options: SettingsOptions

    @Flag(name: [.short, .long], help: "Shows it anew whenever it changes, until it is interrupted.")
    var follow = false

    @Flag(help: "Writes one JSON object; with --follow one whenever it changes.")
    var json = false

    func run() async throws {
        let settings = try await options.loader().load()
        let access = SpoolAccess(layout: SpoolLayout(root: settings.spool))
        guard SpoolAccess.isDirectory(access.layout.root) else {
            throw ToolError(
                "\(access.layout.root) is no spool: there is no such directory",
                remedy: "start draftspoold on it, which makes it, or name another spool with --spool")
        }
        let unit = settings.instance.unit
        if follow { return try await showChanges(of: access, unit: unit) }
        let view = try StatusView(of: access, unit: unit)
        try lines(of: view).forEach(Console.print)
        if !view.presence.isRunning { throw ExitStatus.partial }
    }

    private func lines(of view: StatusView) throws -> [String] {
        guard json else { return view.lines(for: .output) }
        let object = try view.json()
        return [object.text]
    }

    /// Shows the status whenever it has changed. On a terminal it takes the place of what was shown before.
    private func showChanges(of access: SpoolAccess, unit: String) async throws {
        let redraws = Terminal.output.isInteractive && !json
        var shown: [String] = []
        while !Task.isCancelled {
            let view = try StatusView(of: access, unit: unit)
            let current = try lines(of: view)
            if current != shown {
                if redraws {
                    Console.redraw(current)
                } else {
                    if !json, !shown.isEmpty { Console.print("") }
                    current.forEach(Console.print)
                }
                shown = current
            }
            try await Task.sleep(for: Self.interval)
        }
    }
}
