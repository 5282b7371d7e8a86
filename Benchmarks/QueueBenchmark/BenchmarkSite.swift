import Foundation

/// A spool with a daemon and the instant engine, for the length of a benchmark.
final class BenchmarkSite {
    let root: String
    let daemonPath: String
    let slots: Int
    var incoming: String { root + "/spool/incoming" }
    var output: String { root + "/spool/output" }
    var socket: String { root + "/engine.sock" }
    private(set) var daemon = Process()
    private let engine = Process()

    init(directory: String, daemon: String, slots: Int) throws {
        root = URL(fileURLWithPath: directory).path
        daemonPath = daemon
        self.slots = slots
        try? FileManager.default.removeItem(atPath: root)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try """
        spool: \(root)/spool
        state-directory: \(root)/state
        runtime-directory: \(root)/run
        engine:
          endpoint: unix:\(socket)
          slots: \(slots)
        """.write(toFile: root + "/draftspool.yaml", atomically: true, encoding: .utf8)
    }

    func start() async throws {
        engine.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        engine.arguments = ["engine", socket]
        try engine.run()
        try await wait("the engine listens") { FileManager.default.fileExists(atPath: socket) }
        daemon.executableURL = URL(fileURLWithPath: daemonPath)
        daemon.arguments = ["--config", root + "/draftspool.yaml", "--log-target", "stderr"]
        FileManager.default.createFile(atPath: root + "/log", contents: nil)
        daemon.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: root + "/log"))
        try daemon.run()
        try await wait("the daemon is ready") {
            guard daemon.isRunning else { throw BenchmarkFailure("the daemon ended; see \(root)/log") }
            let status = FileManager.default.contents(atPath: root + "/spool/status.json") ?? Data()
            return String(decoding: status, as: UTF8.self).contains(#""state":"ready""#)
        }
    }

    func stop() {
        for process in [daemon, engine] where process.isRunning {
            kill(process.processIdentifier, SIGTERM)
            process.waitUntilExit()
        }
    }

    /// Drops a file as a careful user does.
    func drop(_ name: String, write: (FileHandle) throws -> Void) throws {
        let hidden = root + "/spool/.\(name).part"
        FileManager.default.createFile(atPath: hidden, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: hidden))
        try write(handle)
        try handle.close()
        guard rename(hidden, incoming + "/" + name) == 0 else { throw BenchmarkFailure("rename: \(errno)") }
    }

    func wait(_ what: String, seconds: Int = 3600, until condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !(try condition()) {
            guard ContinuousClock.now < deadline else { throw BenchmarkFailure("waited in vain: \(what)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
