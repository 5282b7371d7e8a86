import Foundation
import PromptBatch
import Spool
import Testing

@testable import draftspool

struct StatusViewTests {
    private let spool: TemporarySpool
    private let terminal = Terminal(isInteractive: false, width: 100, hasColours: false)

    init() throws {
        spool = try TemporarySpool()
    }

    private func view(now: Date = Date()) throws -> StatusView {
        let status = try SpoolStatus.read(from: spool.layout)
        return StatusView(
            spool: spool.layout.root, unit: "draftspoold@fast", status: status,
            presence: spool.access.presence(of: status, now: now), waiting: spool.access.waitingFiles())
    }

    @Test func aRunningDaemonIsShown() throws {
        try spool.writeStatus()
        let view = try view()
        #expect(view.presence == .running)
        let lines = view.lines(for: terminal)
        #expect(lines[0] == "daemon    ready, version 0.1.0, process \(getpid())")
        #expect(lines[2] == "queue     3 waiting, 1 running, 2 answered, 0 failed, 51.5 tok/s")
        #expect(try view.json()["alive"]?.boolValue == true)
        #expect(try view.json()["queued"]?.intValue == 3)
    }

    @Test func anExpectedEndHasItsRange() throws {
        let end =
            #"{"at":"2025-11-27T12:00:00Z","earliest":"2025-11-27T11:30:00Z","latest":"2025-11-27T13:00:00Z"}"#
        try spool.writeStatus(
            batches: """
                [{"id":"b","name":"b.jsonl","inode":1,"state":"running","prompts":9,"answered":1,"failed":0,\
                "expected_end":\(end)}]
                """, extra: #","expected_end":\#(end)"#)
        let wide = Terminal(isInteractive: false, width: 200, hasColours: false)
        let lines = try view().lines(for: wide)
        let dates = try [12, 11.5, 13].map { hour in
            let noon = try #require(ISO8601DateFormatter().date(from: "2025-11-27T12:00:00Z"))
            return FigureText.moment(noon.addingTimeInterval((hour - 12) * 3600))
        }
        let shown = "\(dates[0]) (\(dates[1])–\(dates[2]))"
        #expect(lines[3] == "expected  all of it done by \(shown)")
        #expect(lines.last?.contains(shown) == true)
        #expect(try view().json()["batches"]?[0]?["expected_end"]?["latest"]?.stringValue?.isEmpty == false)
    }

    @Test func enginesThatWaitInMemoryAreNamed() throws {
        try spool.writeStatus(
            extra: #","waiting_engines":[{"depth":0,"p_min":0},{"depth":3,"p_min":0.75}]"#)
        let lines = try view().lines(for: terminal)
        #expect(lines[1] == "lane      none")
        #expect(lines[2] == "          in memory, to be gone back to: MTP off; depth 3, p-min 0.75")
    }

    @Test func anEngineOfAPoolThatIsAwayIsNamed() throws {
        let troubles = #","engine_troubles":[{"engine_id":"c","reason":"has not answered yet"}]"#
        try spool.writeStatus(extra: troubles)
        #expect(try view().lines(for: terminal)[2] == "missing   c: has not answered yet")
        try spool.writeStatus("blocked", extra: troubles)
        let lines = try view().lines(for: terminal)
        #expect(lines[1] == "blocked   busy" && !lines.contains { $0.hasPrefix("missing") })
    }

    @Test func aDaemonThatIsNotThereIsSaidNotToBe() throws {
        #expect(try view().presence == .never)
        try spool.writeStatus("stopped")
        #expect(try view().presence == .stopped)
        _ = try spool.dropper().drop(try spool.write("{\"prompt\":\"a\"}", to: "job.jsonl"), as: nil)
        let lines = try view().lines(for: terminal)
        #expect(lines[0] == "daemon    the daemon is not running")
        #expect(lines[1] == "incoming  1 file: job.jsonl")
        #expect(try view().json()["alive"]?.boolValue == false)
        #expect(try view().json()["incoming"]?[0]?.stringValue == "job.jsonl")
    }

    @Test func aDaemonThatHangsIsNotCalledRunning() throws {
        try spool.writeStatus()
        let view = try view(now: Date().addingTimeInterval(60))
        guard case .unresponsive(let seconds) = view.presence else {
            Issue.record("presence is \(view.presence)")
            return
        }
        #expect((59...61).contains(seconds))
    }

    @Test func deadlinesAndWhatExpiredAreShown() throws {
        try spool.writeStatus(
            batches: """
                [{"id":"b","name":"a.jsonl","inode":1,"state":"running","prompts":9,"answered":1,"failed":3,
                "expired":2,"deadline":"2026-11-24T18:00:00Z"}]
                """)
        let lines = try view().lines(for: terminal)
        #expect(lines.contains { $0.contains("running until 2026-11-24T18:00:00Z") }, "\(lines)")
        #expect(lines.contains { $0.contains("3 (2 expired)") }, "\(lines)")
    }

    @Test func whatIsStillToBeToldOfIsShown() throws {
        try spool.writeStatus(
            extra: #","hooks":{"waiting":3,"failing":2,"error":"it answered HTTP 500\n"}"#)
        let line = try view().lines(for: terminal).first { $0.hasPrefix("hooks") }
        #expect(
            line?.hasPrefix(
                "hooks     3 finished batches to be told of, 2 tried in vain: it answered HTTP 500")
                == true)
    }

    @Test func namesCannotWriteToTheTerminal() throws {
        try spool.writeStatus(
            batches: """
                [{"id":"b","name":"evil\\u001b[2J.jsonl","inode":1,"state":"done","prompts":1,"answered":1,"failed":0}]
                """)
        #expect(try view().lines(for: terminal).allSatisfy { !$0.contains("\u{1B}") })
    }
}
