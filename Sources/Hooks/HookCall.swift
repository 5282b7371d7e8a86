import Foundation
import Logging
import Settings

/// What came of telling somebody of a batch.
public enum HookOutcome: Sendable, Hashable {
    case delivered
    /// To be told again, after a while if it asks for that.
    case failed(String, retryAfter: Duration? = nil)
    /// Not to be told again.
    case unwanted(String)
}

/// Tells whoever the configuration names of a finished batch, once.
public struct HookCall: Sendable {
    private let facts: BatchFacts
    /// From 1 on.
    private let attempt: Int
    private let settings: HookSettings
    private let logger: Logger

    /// A call for the `attempt`-th time, from 1 on. `logger` is told what a program prints.
    public init(of facts: BatchFacts, attempt: Int, settings: HookSettings, logger: Logger) {
        self.facts = facts
        self.attempt = attempt
        self.settings = settings
        self.logger = logger
    }

    /// - Throws: `CancellationError`. Whether it was told is not known then.
    public func make() async throws -> HookOutcome {
        switch settings.batchFinished {
        case .program(let path):
            try await HookProgram(
                path: path, environment: environment, timeout: settings.timeout,
                onLine: { [logger, facts] line in
                    logger.info("\(line)", metadata: ["source": "hook", "batch": "\(facts.batchID)"])
                }
            ).run()
        case .webhook(let address):
            try await Webhook(address: address, secretFile: settings.secretFile, timeout: settings.timeout)
                .post(facts, at: Date())
        case nil:
            .failed("hooks.batch-finished names nobody any more")
        }
    }

    /// The batch's facts, and little else: the daemon's own environment may hold what is not for others.
    private var environment: [String: String] {
        var environment = ["DRAFTSPOOL_SPOOL": facts.spool, "PATH": Self.usualPath]
        for name in ["PATH", "LANG", "CREDENTIALS_DIRECTORY"] {
            if let value = ProcessInfo.processInfo.environment[name] { environment[name] = value }
        }
        for variable in HookVariable.allCases {
            environment[variable.rawValue] = facts.value(of: variable, attempt: attempt)
        }
        return environment
    }

    private static let usualPath = "/usr/local/bin:/usr/bin:/bin"
}
