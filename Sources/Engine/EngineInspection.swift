import Subprocess
import SystemPackage

/// What a llama-server program can do, found out by running it with `--version` and `--help`.
public struct EngineInspection: Sendable, Hashable {
    /// The version line, such as `version: 0.7.0 (build 11669, commit Debian)`, without its first word.
    public var version: String
    /// The options that `--help` lists.
    public var flags: Set<String>
    /// The values of `--spec-type`: kinds of speculation.
    public var speculationTypes: [String]

    /// The family that it is of, by an option that only one of them has.
    public var dialect: EngineDialect { flags.contains("--run-time-repack") ? .ik : .mainline }

    /// Whether it can draft with a model's own multi-token-prediction block.
    public var supportsDraftMTP: Bool { speculationTypes.contains(dialect.rules.mtpType) }

    /// Whether it can look drafts up among earlier tokens, beside drafting or alone.
    public var supportsNgrams: Bool {
        dialect.rules.combinesNgrams && speculationTypes.contains("ngram-mod")
    }

    /// Runs `server` and reads what it prints.
    ///
    /// - Parameters:
    ///   - server: A path, or a name to look up on `PATH`.
    ///   - timeout: The limit for each of the two runs.
    /// - Throws: ``EngineError/startFailed(reason:lastWords:)`` where the program cannot be run, fails, or
    ///   takes too long.
    public static func inspect(server: String, timeout: Duration = .seconds(120)) async throws
        -> EngineInspection
    {
        let version = try await output(of: server, argument: "--version", timeout: timeout)
        let help = try await output(of: server, argument: "--help", timeout: timeout)
        return EngineInspection(versionOutput: version, helpOutput: help)
    }

    /// Reads the two outputs.
    ///
    /// Mainline's help begins an option's line with the option, ik_llama.cpp's indents it, less than the descriptions,
    /// and lists the kinds of speculation on a line of their own.
    init(versionOutput: String, helpOutput: String) {
        let lines = versionOutput.split(separator: "\n")
        let line = lines.first { $0.hasPrefix("version:") } ?? lines.first ?? "unknown"
        version = String(line.trimmingPrefix("version:").trimmingPrefix(while: \.isWhitespace))
        flags = []
        speculationTypes = []
        var isSpeculation = false
        for line in helpOutput.split(separator: "\n") {
            let text = line.drop { $0 == " " }
            if line.count - text.count < Self.leastIndent, text.hasPrefix("-"), !text.hasPrefix("-----") {
                let words = text.split { $0 == " " || $0 == "," }
                flags.formUnion(words.prefix { $0.hasPrefix("-") }.map(String.init))
                isSpeculation = text.hasPrefix("--spec-type ")
                if isSpeculation, let values = text.split(separator: " ").dropFirst().first {
                    speculationTypes = values.split { ",|[]{}".contains($0) }.map(String.init)
                }
            } else if isSpeculation, text.hasPrefix("types: ") {
                speculationTypes = text.dropFirst("types: ".count).split { ", ".contains($0) }.map(
                    String.init)
            }
        }
    }

    /// Of the descriptions, in characters.
    private static let leastIndent = 20

    private static func output(of server: String, argument: String, timeout: Duration) async throws -> String
    {
        let executable: Executable = server.contains("/") ? .path(FilePath(server)) : .name(server)
        return try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    let result = try await Subprocess.run(
                        executable, arguments: [argument], input: .none, output: .string(limit: 4 << 20),
                        error: .combinedWithOutput)
                    let text = result.standardOutput
                    // ik_llama.cpp's ends with 1 after its help.
                    guard result.terminationStatus.isSuccess || text.contains("--host") else {
                        throw EngineError.startFailed(
                            reason: "\(server) \(argument) failed (\(result.terminationStatus))",
                            lastWords: text.split(separator: "\n").suffix(20).map(String.init))
                    }
                    return text
                } catch let error as SubprocessError {
                    throw ManagedLlamaServer.startFailure(error, server: server)
                }
            }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let text = first else {
                throw EngineError.startFailed(
                    reason: "\(server) \(argument) did not end within \(timeout.secondsText)", lastWords: [])
            }
            return text
        }
    }
}
