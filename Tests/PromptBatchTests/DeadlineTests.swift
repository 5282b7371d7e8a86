import FoundationEssentials
import PromptBatch
import Testing

@Suite("Deadlines and completion windows")
struct DeadlineTests {
    private func deadline(_ overrides: String) throws(PromptProblem) -> Deadline? {
        try readLine(#"{"id":"a","prompt":"x","draftspool":{\#(overrides)}}"#).deadline
    }

    @Test(
        "a window is a whole number with a unit",
        arguments: [
            ("90s", 90), ("1m", 60), ("90m", 5400), ("24h", 86_400), ("7d", 604_800), ("3650d", 315_360_000),
        ])
    func windows(text: String, seconds: Int) throws {
        #expect(try deadline(#""completion_window":"\#(text)""#) == .within(.seconds(seconds)))
        #expect(Deadline(text) == .within(.seconds(seconds)))
        #expect(Deadline.within(.seconds(seconds)).text == "\(seconds)s")
    }

    @Test(
        "an instant has a zone, and may have fractions of a second",
        arguments: [
            ("2026-11-24T18:00:00Z", 1_795_543_200), ("2026-11-24t18:00:00z", 1_795_543_200),
            ("2026-11-24T20:00:00+02:00", 1_795_543_200), ("2024-02-29T23:59:59.5-05:30", 1_709_270_999.5),
            ("1970-01-01T00:00:00Z", 0), ("2000-03-01T00:00:00Z", 951_868_800),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
        ])
    func instants(text: String, seconds: Double) throws {
        let instant = Date(timeIntervalSince1970: seconds)
        #expect(try deadline(#""deadline":"\#(text)""#) == .at(instant))
        #expect(Deadline(text) == .at(instant))
    }

    @Test("an instant that was written is read as it was")
    func roundTrip() {
        for seconds in stride(from: 0.0, to: 4e9, by: 12_345_678.125) {
            let deadline = Deadline.at(Date(timeIntervalSince1970: seconds))
            #expect(Deadline(deadline.text) == deadline)
        }
    }

    @Test(
        "anything else is an error that names the field and what is expected",
        arguments: [
            (#""completion_window":24"#, "completion_window"),
            (#""completion_window":"24""#, "completion_window"),
            (#""completion_window":"0h""#, "completion_window"),
            (#""completion_window":"-1h""#, "completion_window"),
            (#""completion_window":"1.5h""#, "completion_window"),
            (#""completion_window":"24 h""#, "completion_window"),
            (#""completion_window":"one day""#, "completion_window"),
            (#""completion_window":"""#, "completion_window"),
            (#""completion_window":"3651d""#, "completion_window"),
            (#""completion_window":"99999999999999999999d""#, "completion_window"),
            (#""completion_window":"２４h""#, "completion_window"),
            (#""completion_window":"2026-11-24T18:00:00Z""#, "completion_window"),
            (#""deadline":"24h""#, "deadline"), (#""deadline":1795543200"#, "deadline"),
            (#""deadline":"2026-11-24""#, "deadline"), (#""deadline":"2026-11-24T18:00:00""#, "deadline"),
            (#""deadline":"2026-11-24 18:00:00Z""#, "deadline"),
            (#""deadline":"2026-11-24T18:00Z""#, "deadline"),
            (#""deadline":"2026-02-29T00:00:00Z""#, "deadline"),
            (#""deadline":"2026-13-01T00:00:00Z""#, "deadline"),
            (#""deadline":"2026-11-24T24:00:00Z""#, "deadline"),
            (#""deadline":"2026-11-24T18:00:00.Z""#, "deadline"),
            (#""deadline":"2026-11-24T18:00:00Zfoo""#, "deadline"),
            (#""deadline":"2026-11-24T18:00:00+0200""#, "deadline"), (#""deadline":"tomorrow""#, "deadline"),
        ])
    func refused(overrides: String, key: String) {
        let found = problem(.wrongType) { () throws(PromptProblem) in
            try readLine(#"{"id":"a","prompt":"x","draftspool":{\#(overrides)}}"#, line: 4)
        }
        #expect(found?.field == "draftspool.\(key)" && found?.line == 4 && found?.customID == "a")
        #expect(found?.remedy.contains(key == "deadline" ? "2026-11-24T18:00:00Z" : "24h") == true)
    }

    @Test("both at once exclude each other, and null is none")
    func exclusive() throws {
        let found = problem(.conflictingFields) { () throws(PromptProblem) in
            try readLine(
                #"{"prompt":"x","draftspool":{"deadline":"2026-11-24T18:00:00Z","completion_window":"1h"}}"#)
        }
        #expect(found?.field == "draftspool.completion_window")
        #expect(try deadline(#""deadline":null,"completion_window":"1h""#) == .within(.seconds(3600)))
        #expect(try deadline(#""deadline":null"#) == nil)
        #expect(try deadline("") == nil)
    }

    @Test("a batch line has it beside the body or in it, a document in its front matter")
    func places() throws {
        let line = try readLine(
            #"{"body":{"prompt":"x","draftspool":{"completion_window":"24h"}},"custom_id":"a"}"#)
        #expect(line.deadline == .within(.seconds(86_400)) && line.body.text == #"{"prompt":"x"}"#)
        let window = try readDocument("---\ncompletion_window: 90m\n---\nx")
        #expect(window.deadline == .within(.seconds(5400)))
        let instant = try readDocument("---\ndeadline: 2026-11-24T18:00:00Z\n---\nx")
        #expect(instant.deadline == .at(Date(timeIntervalSince1970: 1_795_543_200)))
        let found = problem(.wrongType) { () throws(PromptProblem) in
            try readDocument("---\ncompletion_window: 90\n---\nx")
        }
        #expect(found?.field == "draftspool.completion_window")
    }

    @Test("a window counts from the claim, an instant does not move")
    func counted() {
        let claim = Date(timeIntervalSince1970: 1000)
        #expect(Deadline.within(.seconds(60)).instant(claimedAt: claim) == Date(timeIntervalSince1970: 1060))
        #expect(Deadline.at(claim).instant(claimedAt: .distantFuture) == claim)
    }
}
