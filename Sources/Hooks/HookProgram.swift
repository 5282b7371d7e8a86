import Engine
import Subprocess
import SystemPackage

/// A program that is started to be told of a batch. It has a process group of its own.
struct HookProgram: Sendable {
    /// What it has to end in when it is told to, before it is killed.
    private static let graceTime: Duration = .seconds(5)
    private static let mostLines = 50
    private static let mostCharacters = 500

    let path: String
    let environment: [String: String]
    let timeout: Duration
    /// Is told the lines that it prints.
    let onLine: @Sendable (String) -> Void

    /// Runs it to its end. It has been told if its exit status is 0.
    ///
    /// - Throws: `CancellationError`.
    func run() async throws -> HookOutcome {
        try await withThrowingTaskGroup(of: HookOutcome.self) { group in
            group.addTask { try await end() }
            group.addTask {
                try await Task.sleep(for: timeout)
                return .failed("it did not end within \(timeout.secondsText)")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func end() async throws -> HookOutcome {
        do {
            let result = try await Subprocess.run(
                configuration, input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                try await hear(execution.standardOutput)
            }
            try Task.checkCancellation()
            switch result.terminationStatus {
            case .exited(0): return .delivered
            case .exited(let status): return .failed("it ended with exit status \(status)")
            case .signaled(let signal): return .failed("it was ended by signal \(signal)")
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            return .failed(
                error.code == .executableNotFound
                    ? "there is no program \(path), or it may not be run" : "\(path) cannot be run: \(error)")
        }
    }

    private var configuration: Subprocess.Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: Self.graceTime)
        ]
        let variables = environment.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        return Subprocess.Configuration(
            executable: .path(FilePath(path)),
            environment: .custom(Dictionary(uniqueKeysWithValues: variables)), platformOptions: options)
    }

    private func hear(_ output: SubprocessOutputSequence) async throws {
        var splitter = LineSplitter()
        var count = 0
        for try await buffer in output {
            buffer.withUnsafeBytes { bytes in
                for line in splitter.feed(bytes) { pass(line, &count) }
            }
        }
        if let line = splitter.finish() { pass(line, &count) }
        if count > Self.mostLines { onLine("(\(count - Self.mostLines) more lines)") }
    }

    private func pass(_ line: String, _ count: inout Int) {
        count += 1
        if count <= Self.mostLines { onLine(String(line.prefix(Self.mostCharacters))) }
    }
}
