import FoundationEssentials
import Logging
import Systemd
import Testing

@Suite("Log lines")
struct LogLineTests {
    private func line(
        _ message: Logger.Message, level: Logger.Level = .info, error: (any Error)? = nil,
        metadata: Logger.Metadata = [:]
    ) -> String {
        let event = LogEvent(
            level: level, message: message, error: error, metadata: nil, source: nil, file: "a",
            function: "f",
            line: 1)
        return LogLine(date: Date(timeIntervalSince1970: 1_795_474_501), event: event, metadata: metadata)
            .text
    }

    @Test("have time, level, message and metadata sorted by key, without MESSAGE_ID")
    func form() {
        #expect(
            line("Prompt q1 finished", metadata: ["workload": "code", "batch": "b7", "MESSAGE_ID": "0"])
                == "2026-11-23T22:55:01Z info  Prompt q1 finished batch=b7 workload=code")
        #expect(line("m", level: .warning) == "2026-11-23T22:55:01Z warning m")
    }

    @Test(
        "quote values that are not one plain word",
        arguments: [
            ("a b", "\"a b\""), ("", "\"\""), ("a=b", "\"a=b\""), ("say \"hi\"", "\"say \\\"hi\\\"\""),
            ("a\nb", "\"a\\nb\""),
            ("→", "→"), ("a\\b", "\"a\\\\b\""), ("\u{1B}[2J", "\"\\u{1b}[2J\""), ("a\u{A0}b", "\"a\u{A0}b\""),
        ])
    func quotes(value: String, expected: String) {
        #expect(line("m", metadata: ["k": .string(value)]).hasSuffix(" k=\(expected)"))
    }

    @Test("stay one line and cannot steer a terminal")
    func oneLine() {
        #expect(line("a\r\nb\u{1B}c\td").hasSuffix(" a\\r\\nb\\u{1b}c\\td"))
        #expect(line("m", error: CancellationError()).hasSuffix(" error=CancellationError()"))
    }
}
