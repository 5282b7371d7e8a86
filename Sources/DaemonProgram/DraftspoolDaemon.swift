import ArgumentParser
import CCommit
import CLinux
import Daemon
import Engine
import Foundation
import Logging
import Settings
import Systemd
import Web

/// `draftspoold`: serves a spool.
struct DraftspoolDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draftspoold",
        abstract: "Serves a spool of prompt batches with an inference engine.",
        discussion: """
            Files dropped in SPOOL/incoming are claimed, each prompt's workload is classified, the draft depth \
            of multi-token prediction is chosen for it, the engine runs it, and answers with timing sidecars \
            appear in SPOOL/output. OpenAI's Files and Batches API, and a page to look at, are served on a socket in \
            the runtime directory (web.listen).

            Normally systemd starts it (systemctl start draftspoold) with /etc/draftspool/draftspool.yaml. By hand:

              draftspoold --spool ./spool --model Qwen3.6-27B-MTP-Q8_0.gguf --slots 4

            SIGHUP reads the configuration again. SIGTERM lets prompts in flight finish and keeps the rest \
            queued; a second SIGTERM stops at once. Nothing is lost either way.

            Exit status: 0 after a stop, 78 if the configuration, the engine program or the model cannot be \
            used, 1 for any other failure. With --check, 77 if a credential is missing, which systemd passes to the \
            service alone.
            """,
        version: DraftspoolVersion.text(commit: String(cString: built_commit())))

    @OptionGroup var options: SettingsOptions

    @Option(name: [.short, .long], help: "The GGUF model file.")
    var model: String?

    @Option(help: "The llama-server program, of llama.cpp or ik_llama.cpp.")
    var server: String?

    @Option(name: [.customShort("n"), .long], help: "Prompts in flight at the same time.")
    var slots: Int?

    @Option(help: "trace, debug, info, notice, warning or error.")
    var logLevel: String?

    @Option(help: "Where to log: auto (the journal under systemd), journal or stderr.")
    var logTarget: LogTarget = .auto

    @Flag(name: .customLong("check"), help: "Checks configuration, engine program and model, then ends.")
    var checksOnly = false

    private static let configurationExitCode = ExitCode(78)
    private static let credentialExitCode = ExitCode(77)

    func run() async throws {
        // The threads that wait for the disk come and go; a heap for each would hold memory for nothing.
        _ = linux_limit_malloc_arenas(2)
        let log = try DaemonLog(target: logTarget)
        let logger = log.makeLogger()
        let loader = options.loader(further: [
            "engine.model": model, "engine.server": server, "engine.slots": slots.map(String.init),
            "log-level": logLevel,
        ])
        if checksOnly {
            _ = try await Self.prepare(loader, log: log, logger: logger, checksOnly: true)
            for result in ListenerCheck(try await loader.load()).results() {
                switch result {
                case .good: continue
                // Prompts are run all the same.
                case .doubtful(let text, let remedy), .bad(let text, let remedy):
                    logger.warning("The API: \(text); \(remedy)")
                }
            }
            print("configuration, engine program and model can be used")
            return
        }
        try await DaemonSignals.whileTrapped { signals in
            do {
                let daemon = try await Self.prepare(loader, log: log, logger: logger)
                try await daemon.run(signals: signals) { spool in
                    WebService(
                        ledger: spool.ledger, layout: spool.layout, settings: spool.settings,
                        metrics: spool.metrics, passedSockets: PassedSockets.descriptors,
                        executor: spool.executor, logger: spool.logger)
                }
            } catch is CancellationError {
                logger.notice("Told to stop before it had started")
            } catch let code as ExitCode {
                throw code
            } catch {
                logger.critical("\(error)")
                throw ExitCode.failure
            }
        }
    }

    /// Reads the configuration and looks at the engine.
    ///
    /// - Throws: the exit code for what is wrong, which was logged, and `CancellationError`.
    private static func prepare(
        _ loader: SettingsLoader, log: DaemonLog, logger: Logger, checksOnly: Bool = false
    ) async throws -> Daemon {
        do {
            let settings = try await loader.load()
            log.level = Logger.Level(rawValue: settings.logLevel) ?? .info
            for remark in settings.remarks { logger.warning("\(remark)") }
            return try await Daemon(
                loader: loader, settings: settings, logger: logger, setLogLevel: { log.level = $0 })
        } catch {
            guard !Task.isCancelled else { throw CancellationError() }
            logger.critical("\(error)")
            throw exitCode(for: error, checksOnly: checksOnly)
        }
    }

    private static func exitCode(for error: any Error, checksOnly: Bool) -> ExitCode {
        if (error as? EngineError)?.mayPass == true { return .failure }
        if checksOnly, (error as? SettingsError)?.lacksCredential == true { return credentialExitCode }
        return configurationExitCode
    }
}

extension LogTarget: ExpressibleByArgument {}

extension WebService: SideService {}
