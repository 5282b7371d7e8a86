import CSpawn
import Foundation
import Synchronization

/// A program that a test runs, its output in files.
///
/// It inherits nothing but its three standard streams. Foundation's `Process` learns of the end by the closing of a
/// socket that programs started at the same moment may inherit too; it then waits for those, with a thread of the
/// concurrency pool, and two such waits on a machine of two cores are a standstill.
public final class ChildProcess: Sendable {
    public let processIdentifier: pid_t
    private let ended = Mutex<Int32?>(nil)
    private let running = DispatchGroup()

    /// Starts `executable`.
    ///
    /// - Parameters:
    ///   - environment: all of it; nil for that of the tests.
    ///   - input: the file that is its standard input.
    ///   - output: the file that its standard output is appended to.
    ///   - errors: the same for standard error; nil for that of the output.
    /// - Throws: ``ChildProcessError`` if it cannot be started.
    public init(
        _ executable: String, _ arguments: [String] = [], environment: [String: String]? = nil,
        directory: String? = nil, input: String = "/dev/null", output: String = "/dev/null",
        errors: String? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let appending = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, appending, 0o600)
        if let errors {
            posix_spawn_file_actions_addopen(&actions, 2, errors, appending, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        }
        spawn_add_close_from(&actions, 3)
        if let directory { spawn_add_directory(&actions, directory) }
        var argv = ([executable] + arguments).map { strdup($0) } + [nil]
        defer { argv.forEach { free($0) } }
        let environment = environment ?? ProcessInfo.processInfo.environment
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { variables.forEach { free($0) } }
        var process = pid_t()
        let code = posix_spawnp(&process, executable, &actions, nil, &argv, &variables)
        guard code == 0 else { throw ChildProcessError(executable: executable, code: code) }
        processIdentifier = process
        running.enter()
        // At once, also if nobody asks: Swift Testing's watcher of children turns in circles while one is a zombie.
        Thread.detachNewThread { [self] in
            var status: Int32 = 0
            while waitpid(processIdentifier, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            ended.withLock { $0 = signal == 0 ? (status >> 8) & 0xFF : -signal }
            running.leave()
        }
    }

    /// Its exit status, minus the signal that ended it, or nil while it runs.
    public var status: Int32? { ended.withLock { $0 } }

    public var isRunning: Bool { status == nil }

    /// Waits until it has ended.
    ///
    /// - Returns: ``status``.
    /// - Throws: `CancellationError`.
    @discardableResult
    public func end() async throws -> Int32 {
        while true {
            if let status { return status }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Blocks the thread until it has ended, or the time is over: for what cannot suspend.
    public func waitForEnd(atMost time: DispatchTimeInterval) { _ = running.wait(timeout: .now() + time) }

    public func send(_ signal: Int32) {
        if isRunning { kill(processIdentifier, signal) }
    }
}
