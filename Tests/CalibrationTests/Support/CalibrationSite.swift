import JSON
import Foundation
import PromptBatch
import TestSupport

/// A directory with a configuration and prompts, and runs of the built `draftspool` in it on the real engine.
final class CalibrationSite: Sendable {
    let root: String

    init() throws {
        root = "/tmp/draftspool-calibration-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try write(
            """
            spool: \(root)/spool
            state-directory: \(root)/state
            engine:
              server: \(TestPaths.server)
              model: \(TestPaths.demoModel)
              slots: 1
              context: 1024
              extra-arguments: ["-t", "1"]
            """, to: "draftspool.yaml")
        try write(
            """
            {"id":"code","prompt":"Write a Python function that checks whether a number is prime."}
            {"id":"poem","prompt":"Write a poem about a storm."}

            """, to: "prompts.jsonl")
    }

    deinit {
        for engine in engines { kill(engine, SIGKILL) }
        try? FileManager.default.removeItem(atPath: root)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: root + "/" + name))
    }

    /// Starts `draftspool calibrate prompts.jsonl` with short answers and further arguments.
    func start(_ arguments: [String]) throws -> Run {
        try Run(
            [
                "calibrate", "prompts.jsonl", "--config", "draftspool.yaml", "--tokens", "24", "--output",
                "out",
            ]
                + arguments, in: root)
    }

    /// Measurements that are finished.
    var finished: Int {
        let bytes = FileManager.default.contents(atPath: root + "/out/results.jsonl") ?? Data()
        return bytes.count { $0 == UInt8(ascii: "\n") }
    }

    /// Directories for sockets that calibrations of this site left.
    var runtimeDirectories: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/run")) ?? []
        return names.filter { $0.hasPrefix("draftspool-calibrate") }
    }

    /// Process ids of engines that listen below this site.
    var engines: [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            let line = String(decoding: bytes, as: UTF8.self)
            return line.contains("\(root)/run/") && line.contains("--host")
        }
    }

    /// A run of the program, with what it writes in files.
    final class Run {
        private let process: ChildProcess
        private let prefix: String

        init(_ arguments: [String], in directory: String) throws {
            prefix = directory + "/run-\(UInt32.random(in: 0 ... .max))"
            try FileManager.default.createDirectory(
                atPath: directory + "/run", withIntermediateDirectories: true)
            process = try ChildProcess(
                TestPaths.program("draftspool"), arguments,
                environment: [
                    "PATH": "/usr/bin:/bin", "COLUMNS": "110", "XDG_RUNTIME_DIR": directory + "/run",
                ].merging(TestPaths.sanitizerOptions) { $1 },
                directory: directory, output: prefix + ".out", errors: prefix + ".err")
        }

        var isRunning: Bool { process.isRunning }
        var output: String { (try? String(contentsOfFile: prefix + ".out", encoding: .utf8)) ?? "" }
        var diagnostics: String { (try? String(contentsOfFile: prefix + ".err", encoding: .utf8)) ?? "" }

        func interrupt() { process.send(SIGINT) }
        func kill() { process.send(SIGKILL) }

        /// Waits for the end.
        ///
        /// - Returns: The exit status; minus the signal that ended it.
        func status() async throws -> Int32 { try await process.end() }

        func json() throws -> JSON { try JSON.parse(Array(output.utf8.filter { $0 != 0x0A })) }
    }
}
