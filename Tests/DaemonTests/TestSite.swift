import Foundation
import PromptBatch
import Spool
import TestSupport
import Testing

/// A spool of its own with a configuration, and the real daemon on the real engine with the demo model.
final class TestSite {
    let root: String
    var layout: SpoolLayout { SpoolLayout(root: root + "/spool") }
    private(set) var daemon: ChildProcess?
    /// What the daemon's environment has beside that of the tests.
    var environment: [String: String] = [:]
    /// What runs the daemon, in front of its command line.
    var wrapper: [String] = []
    private let model: String
    /// Settings with which an engine is not measured at the start, and never gives way to one at another draft depth.
    static let oneLane = "speculation:\n  max-depth: 0\n"

    /// - Parameter settings: further lines of the YAML file.
    init(
        model: String = TestPaths.demoModel, engine: String = "", context: Int = 1024,
        settings: String = ""
    ) throws {
        root = "/tmp/draftspool-test-\(UInt32.random(in: 0 ... .max))"
        self.model = model
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try configure(engine: engine, context: context, settings: settings)
    }

    deinit {
        if let daemon, daemon.isRunning {
            daemon.send(SIGTERM)
            daemon.waitForEnd(atMost: .seconds(5))
            daemon.send(SIGKILL)
        }
        for engine in engines { kill(engine, SIGKILL) }
        try? FileManager.default.removeItem(atPath: root)
    }

    /// Writes the configuration file. One thread an engine: with more, its threads spin at barriers whenever
    /// another test wants the processor.
    func configure(
        engine: String = "", context: Int = 1024, settings: String = "", server: String? = nil,
        extraArguments: [String] = ["-t", "1"]
    ) throws {
        let text = """
            spool: \(root)/spool
            state-directory: \(root)/state
            runtime-directory: \(root)/run
            engine:
              server: \(server ?? TestPaths.server)
              model: \(model)
              context: \(context)
              extra-arguments: \(extraArguments)
            \(engine)
            \(settings)
            """
        try text.write(toFile: configFile, atomically: true, encoding: .utf8)
    }

    var configFile: String { root + "/draftspool.yaml" }
    /// A part of a character may be at its end.
    var log: String {
        String(decoding: FileManager.default.contents(atPath: root + "/log") ?? Data(), as: UTF8.self)
    }

    // MARK: Daemon

    /// Starts the daemon without waiting for it.
    @discardableResult
    func launch() throws -> ChildProcess {
        let command = try wrapper + [TestPaths.daemon(), "--config", configFile]
        let process = try ChildProcess(
            command[0], Array(command.dropFirst()),
            environment: ProcessInfo.processInfo.environment.merging(environment) { $1 },
            output: root + "/log")
        daemon = process
        return process
    }

    /// Starts the daemon and waits until it is ready.
    func start() async throws {
        let process = try launch()
        try await wait("the daemon is ready") {
            guard process.isRunning else { throw TestFailure("the daemon ended:\n\(self.log)") }
            guard let status = try self.status(), status.processID == process.processIdentifier else {
                return false
            }
            return status.state == .ready
        }
    }

    func status() throws -> SpoolStatus? { try SpoolStatus.read(from: layout) }

    /// The status's first lane, once the status, which may be a second behind, has one that `condition` holds of.
    func firstLane(
        where condition: (SpoolStatus.Lane) -> Bool = { _ in true }
    ) async throws -> SpoolStatus.Lane {
        var lane: SpoolStatus.Lane?
        try await wait("the status has the lane") {
            lane = try status()?.lanes.first
            return lane.map(condition) == true
        }
        return try #require(lane)
    }

    /// Sends a signal to the daemon.
    func signal(_ number: Int32) {
        daemon?.send(number)
    }

    /// Waits until the daemon has ended.
    ///
    /// - Returns: Its exit status, or minus the signal that ended it.
    func waitForExit() async throws -> Int32 {
        guard let daemon else { return 0 }
        try await wait("the daemon ends") { !daemon.isRunning }
        return daemon.status ?? 0
    }

    /// Process ids of this site's engines.
    var engines: [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            let bytes = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            let line = String(decoding: bytes, as: UTF8.self)
            return line.contains("\(root)/run/") && line.contains("--host")
        }
    }

    /// Stops the engines in the midst of what they do: what they are sent from now on is in flight until they go on.
    func freezeEngines() {
        for engine in engines { kill(engine, SIGSTOP) }
    }

    func thawEngines() {
        for engine in engines { kill(engine, SIGCONT) }
    }

    /// The file that a scripted engine waits for, before some answers or at its start.
    var gate: String { root + "/gate" }

    func openGate() throws { try Data().write(to: URL(fileURLWithPath: gate)) }

    // MARK: Batches

    /// Drops a file as a careful user does: written under a hidden name, then renamed.
    func drop(_ name: String, _ content: String) throws {
        try drop(name, bytes: Array(content.utf8))
    }

    func drop(_ name: String, bytes: [UInt8]) throws {
        let hidden = layout.incoming + "/.\(name).part"
        try Data(bytes).write(to: URL(fileURLWithPath: hidden))
        guard rename(hidden, layout.incoming + "/" + name) == 0 else {
            throw TestFailure("rename failed: \(errno)")
        }
    }

    /// Freezes the engines and drops a batch, of which `count` prompts are in flight then and nothing is answered before
    /// the engines are thawed. More than five connections are not let wait by a frozen llama-server.
    func dropAtFrozenEngines(_ name: String, _ content: String, inFlight count: Int) async throws {
        freezeEngines()
        let start = Date()
        try drop(name, content)
        try await wait("\(count) prompts are in flight") {
            // A status that was begun before tells of other prompts.
            guard let status = try self.status(), status.updatedAt >= start else { return false }
            return status.running == count
        }
    }

    /// Prompts that have an answer, as the files in `active/` and `output/` show them at this moment; those of a batch that
    /// is on its way from one to the other may be counted twice.
    var answeredSoFar: Int {
        [layout.active, layout.output].reduce(0) { sum, directory in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            return names.filter { !$0.hasPrefix(".") }.reduce(sum) { sum, name in
                let bytes = FileManager.default.contents(atPath: "\(directory)/\(name)/output.jsonl")
                return sum + (bytes ?? Data()).count { $0 == UInt8(ascii: "\n") }
            }
        }
    }

    /// Waits for `output/NAME` and reads it.
    func output(_ name: String) async throws -> BatchOutput {
        let directory = layout.output + "/" + name
        try await wait("output/\(name) appears") {
            FileManager.default.fileExists(atPath: directory + "/summary.json")
        }
        return try BatchOutput(directory: directory)
    }

    /// Waits for the daemon's next status, which it writes about once a second.
    func nextStatus() async throws {
        let last = try status()?.updatedAt
        try await wait("the status is written anew") { try status()?.updatedAt != last }
    }

    /// Polls until `condition` holds. How long that takes is the machine's affair.
    func wait(_ what: String, until condition: () throws -> Bool) async throws {
        let seconds = 600
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !(try condition()) {
            guard ContinuousClock.now < deadline else {
                throw TestFailure("waited \(seconds) s in vain until \(what); log:\n\(log.suffix(6000))")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
