import ArgumentParser
import PromptBatch
import Settings
import Synchronization

/// `draftspool doctor`: is everything in place?
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks configuration, spool, daemon, engine and model, and says what to do.",
        discussion: """
            Nothing is changed or started, but the engine program is asked for its version and options. Run it \
            as the user who drops files; as the daemon's user it checks what the daemon may do. With \
            --start-engine an engine is started for a moment, and asked whether it answers in several slots at \
            once as it does in one:

              draftspool doctor
              draftspool doctor --start-engine
              sudo -u draftspool draftspool doctor
              draftspool doctor --json | jq .ok

            Exit status: 0 if no check failed (warnings are allowed), 1 otherwise.
            """)

    @OptionGroup var options: SettingsOptions

    @Flag(help: "Also starts the configured engine with the configured model, and asks it.")
    var startEngine = false

    @Flag(help: "Writes one JSON object.")
    var json = false

    func run() async throws {
        let findings = try await examined()
        let failures = findings.count { $0.verdict == .fail }
        if json {
            Console.print(["ok": .bool(failures == 0), "checks": .array(findings.map(\.json))])
        } else {
            findings.flatMap { $0.lines(for: .output) }.forEach(Console.print)
            let warnings = findings.count { $0.verdict == .warn }
            Console.print("")
            Console.print(
                "\(FigureText.count(failures, "failure")), \(FigureText.count(warnings, "warning"))")
        }
        if failures > 0 { throw ExitCode.failure }
    }

    /// The findings; a signal ends the engine that was started before it ends the command.
    private func examined() async throws -> [Finding] {
        let examination = Examination(loader: options.loader(), startsEngine: startEngine)
        let found = Mutex<[Finding]>([])
        let signal = try await Interruptible.run {
            let findings = await examination.findings()
            found.withLock { $0 = findings }
        }
        if let signal { throw Interruptible.exitStatus(of: signal) }
        return found.withLock(\.self)
    }
}
