import ArgumentParser
import Settings
import Spool

/// What the commands that ask the daemon for something have in common.
struct ControlOptions: ParsableArguments {
    @Flag(help: "Writes the daemon's reply as one JSON object.")
    var json = false

    @Option(help: ArgumentHelp("How long to wait for the daemon's reply.", valueName: "seconds"))
    var timeout = 60

    /// Asks the daemon and shows its reply.
    ///
    /// - Throws: the error or the exit status to end with.
    func carryOut(_ request: ControlRequest, settings: Settings) async throws {
        let access = SpoolAccess(layout: SpoolLayout(root: settings.spool))
        let client = ControlClient(access: access, timeout: .seconds(timeout))
        guard let reply = try await client.ask(request) else {
            Console.complain("no daemon is running; this is done as soon as one is started")
            throw ExitStatus.partial
        }
        try ControlReport(reply: reply).show(asJSON: json)
    }
}
