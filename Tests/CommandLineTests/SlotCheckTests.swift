import JSON
import Foundation
import PromptBatch
import TestSupport
import Testing

@testable import draftspool

struct SlotCheckTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    private func answers(_ together: [[String]]) -> SlotAnswers {
        var answers = SlotAnswers(slots: 4)
        for answer in together { answers.add(alone: "right", together: answer) }
        return answers
    }

    @Test func slotsOfWhichMostAnswersDifferAreWrong() {
        let garbage = answers(Array(repeating: ["right", "#", "@", "?"], count: 5))
        #expect(garbage.wrongSlots == [1, 2, 3] && garbage.differing == 15 && garbage.count == 20)
        let chance = ["right", "#", "@", "right"]
        #expect(
            answers(Array(repeating: chance, count: 3) + [["right", "right", "right", "right"]]).wrongSlots
                == [1, 2])
    }

    @Test func answersThatDifferNowAndThenCondemnNoSlot() {
        let right = Array(repeating: "right", count: 4)
        // One prompt whose likeliest tokens are nearly alike differs everywhere; another in one slot.
        let rounding = answers([
            right, ["near", "near", "near", "near"], right, ["right", "near", "right", "right"], right,
        ])
        #expect(rounding.wrongSlots.isEmpty && rounding.differing == 5)
    }

    /// `doctor --start-engine` with a program: what the check of the slots said.
    private func finding(server: String, slots: String = "4", further: [String] = []) async throws -> JSON {
        let run = try await ProgramRun(
            draftspool: [
                "doctor", "--start-engine", "--json", "--spool", spool.layout.root, "--set",
                "engine.server=\(server)", "--set", "engine.model=\(TestPaths.demoModel)", "--set",
                "engine.slots=\(slots)", "--set", "engine.extra-arguments=-t,1",
            ] + further)
        let report = try JSON.parse(Array(run.output.utf8.filter { $0 != 0x0A }))
        return try #require(
            report["checks"]?.arrayValue?.first { $0["check"]?.stringValue == "slots" }, "\(run.output)")
    }

    @Test func theRealEngineAnswersInEverySlotAsInOne() async throws {
        let finding = try await finding(server: TestPaths.server)
        #expect(finding["verdict"]?.stringValue == "ok", "\(finding.text)")
        #expect(
            finding["finding"]?.stringValue?.contains("4 slots answer at once") == true, "\(finding.text)")
        let one = try await self.finding(server: TestPaths.server, slots: "1")
        #expect(one["finding"]?.stringValue?.contains("nothing to compare") == true)
    }

    /// The stand-in answers as an engine does that computes one of its busy slots right.
    @Test func anEngineThatIsRightInOneSlotOnlyIsWarnedOf() async throws {
        let server = TestPaths.projectRoot + "/Tests/DaemonTests/faulty-llama-server"
        let finding = try await finding(
            server: server, further: ["--set", "engine.extra-arguments=--garble-slots"])
        #expect(finding["verdict"]?.stringValue == "warn", "\(finding.text)")
        #expect(finding["finding"]?.stringValue?.contains("slots 1, 2, 3") == true, "\(finding.text)")
        #expect(finding["remedy"]?.stringValue?.contains("--no-repack") == true, "\(finding.text)")
        let with = try await self.finding(
            server: server, further: ["--set", "engine.extra-arguments=--garble-slots,--no-repack"])
        #expect(with["remedy"]?.stringValue?.contains("another build") == true, "\(with.text)")
        #expect(with["remedy"]?.stringValue?.contains("--no-repack") == false, "\(with.text)")
    }

    @Test func anEngineThatDoesNotStartIsAFailure() async throws {
        let finding = try await finding(
            server: TestPaths.server, further: ["--set", "engine.extra-arguments=--no-such-argument"])
        #expect(finding["verdict"]?.stringValue == "fail")
        #expect(finding["finding"]?.stringValue?.contains("no-such-argument") == true, "\(finding.text)")
    }

    @Test func anInterruptedCheckLeavesNoEngine() async throws {
        let log = spool.layout.root + "/starts"
        let doctor = try ChildProcess(
            TestPaths.program("draftspool"),
            [
                "doctor", "--start-engine", "--spool", spool.layout.root, "--set",
                "engine.server=\(TestPaths.projectRoot)/Tests/DaemonTests/faulty-llama-server", "--set",
                "engine.model=\(TestPaths.demoModel)", "--set",
                "engine.extra-arguments=--start-delay,600,--log,\(log)",
            ], environment: ["PATH": "/usr/bin:/bin"].merging(TestPaths.sanitizerOptions) { $1 },
            directory: spool.layout.root, output: "/dev/null", errors: "/dev/null")
        while !FileManager.default.fileExists(atPath: log), doctor.isRunning {
            try await Task.sleep(for: .milliseconds(10))
        }
        doctor.send(SIGINT)
        #expect(try await doctor.end() == 130)
        let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter {
            Int32($0) != nil
        }
        let lines = processes.map { FileManager.default.contents(atPath: "/proc/\($0)/cmdline") ?? Data() }
        #expect(!lines.contains { String(decoding: $0, as: UTF8.self).contains(log) })
    }
}
