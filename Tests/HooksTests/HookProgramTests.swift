import Foundation
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Hooks
@testable import Settings

@Suite("A program that is told of a batch", .timeLimit(.minutes(10)))
struct HookProgramTests {
    /// Lines that a program printed.
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private func run(
        _ path: String, environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        timeout: Duration = .seconds(60)
    ) async throws -> (outcome: HookOutcome, lines: [String]) {
        let lines = Lines()
        let program = HookProgram(
            path: path, environment: environment, timeout: timeout, onLine: { lines.add($0) })
        return (try await program.run(), lines.all)
    }

    /// Whether a process runs; one that ended and was not waited for does not.
    private func isRunning(_ processID: Int32) -> Bool {
        let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8)
        return text?.split(separator: ")").last.map { !$0.hasPrefix(" Z") } ?? false
    }

    @Test func itHasBeenToldIfItEndsWithZero() async throws {
        let script = try TestFolder()
        let run = try await run(try script.script("echo out; echo err >&2; echo end"))
        #expect(run.outcome == .delivered)
        #expect(run.lines == ["out", "err", "end"])
    }

    @Test(arguments: [("exit 3", "it ended with exit status 3"), ("kill -9 $$", "it was ended by signal 9")])
    func itHasNotOtherwise(text: String, reason: String) async throws {
        let script = try TestFolder()
        #expect(try await run(try script.script(text)).outcome == .failed(reason))
    }

    @Test func itHasTheEnvironmentThatIsGivenAndNoOther() async throws {
        let script = try TestFolder()
        let variables = ["PATH": "/usr/bin:/bin", "DRAFTSPOOL_FILE": "a b; $(exit)\n\"c"]
        let run = try await run(
            try script.script("env | grep -v ^PWD= | grep -v ^_= | grep -v ^SHLVL= | sort"),
            environment: variables)
        #expect(run.lines == ["\"c", "DRAFTSPOOL_FILE=a b; $(exit)", "PATH=/usr/bin:/bin"])
    }

    @Test func oneThatIsNotThereIsNamed() async throws {
        #expect(
            try await run("/nonexistent/program").outcome
                == .failed("there is no program /nonexistent/program, or it may not be run"))
    }

    @Test func oneThatMayNotBeRunIsNamed() async throws {
        let folder = try TestFolder()
        let file = try folder.write("notes.txt", "no program\n")
        guard case .failed(let reason, nil) = try await run(file).outcome else {
            Issue.record("it was run")
            return
        }
        #expect(reason.contains(file))
    }

    @Test func oneThatDoesNotEndIsEndedWithAllThatItStarted() async throws {
        let folder = try TestFolder()
        let script = try folder.script("sleep 3600 & echo $! > \(folder.path)/child; wait")
        #expect(
            try await run(script, timeout: .seconds(1)).outcome == .failed("it did not end within 1 s"))
        let child = try #require(
            Int32(
                try String(contentsOfFile: folder.path + "/child", encoding: .utf8)
                    .trimmingCharacters(in: .whitespacesAndNewlines)))
        try await waitUntil { !isRunning(child) }
    }

    @Test func whatItLeavesRunningIsNotWaitedFor() async throws {
        let folder = try TestFolder()
        let script = try folder.script("sleep 3600 & echo $! > \(folder.path)/child; echo told")
        let run = try await run(script)
        let text = try String(contentsOfFile: folder.path + "/child", encoding: .utf8)
        kill(try #require(Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))), SIGKILL)
        #expect(run.outcome == .delivered)
        #expect(run.lines == ["told"])
    }

    @Test func aCancelledRunIsNoOutcome() async throws {
        let folder = try TestFolder()
        let script = try folder.script("echo $$ > \(folder.path)/started; exec sleep 3600")
        let task = Task { try await run(script) }
        try await waitUntil { FileManager.default.fileExists(atPath: folder.path + "/started") }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
    }

    @Test func aFloodOfOutputIsCut() async throws {
        let folder = try TestFolder()
        let run = try await run(
            try folder.script("seq 1 100000; head -c 5000 /dev/zero | tr '\\0' x"))
        #expect(run.outcome == .delivered)
        #expect(run.lines.prefix(50) == (1...50).map { "\($0)" }[...])
        #expect(run.lines.dropFirst(50) == ["(99951 more lines)"])
    }

    @Test func aLongLineIsCut() async throws {
        let folder = try TestFolder()
        let run = try await run(try folder.script("head -c 5000 /dev/zero | tr '\\0' x"))
        #expect(run.lines.map(\.count) == [500])
    }

    /// By the settings, with the batch's facts.
    @Test func itIsStartedByACall() async throws {
        let folder = try TestFolder()
        let script = try folder.script("env > \(folder.path)/environment")
        let settings = HookSettings(
            batchFinished: .program(script), secretFile: "", timeout: .seconds(60), giveUpAfter: .seconds(60))
        let call = HookCall(
            of: SampleBatch.facts(), attempt: 2, settings: settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(try await call.make() == .delivered)
        let lines = try String(contentsOfFile: folder.path + "/environment", encoding: .utf8)
            .split(separator: "\n")
        for line in [
            "DRAFTSPOOL_BATCH=20261124-180000-00c0ffee", "DRAFTSPOOL_FILE=tägliche Fragen.jsonl",
            "DRAFTSPOOL_SPOOL=/spool", "DRAFTSPOOL_TRY=2",
        ] {
            #expect(lines.contains { $0 == line })
        }
        #expect(!lines.contains { $0.hasPrefix("HOME=") })
    }

    @Test func nobodyIsNamedAnyMore() async throws {
        let settings = HookSettings(
            batchFinished: nil, secretFile: "", timeout: .seconds(60), giveUpAfter: .seconds(60))
        let call = HookCall(
            of: SampleBatch.facts(), attempt: 1, settings: settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(try await call.make() == .failed("hooks.batch-finished names nobody any more"))
    }
}
