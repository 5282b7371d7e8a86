import Logging
import Systemd
import Testing

@Suite("Journal entries")
struct JournalEntryTests {
    private struct Failure: Error, CustomStringConvertible {
        let description = "it broke"
    }

    private func entry(
        _ message: Logger.Message = "m", level: Logger.Level = .info, error: (any Error)? = nil,
        metadata: Logger.Metadata = [:]
    ) -> JournalEntry {
        let event = LogEvent(
            level: level, message: message, error: error, metadata: nil, source: nil,
            file: "Dispatch/Worker.swift", function: "run()", line: 42)
        return JournalEntry(event: event, metadata: metadata, label: "dispatch", identifier: "draftspoold")
    }

    private func text(_ entry: JournalEntry) -> [String] {
        entry.fields.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test("have the well-known fields first")
    func wellKnown() {
        #expect(
            text(entry("Batch b7 finished", level: .notice)) == [
                "MESSAGE=Batch b7 finished", "PRIORITY=5", "SYSLOG_IDENTIFIER=draftspoold",
                "CODE_FILE=Dispatch/Worker.swift", "CODE_LINE=42", "CODE_FUNC=run()",
                "DRAFTSPOOL_LOGGER=dispatch",
            ])
    }

    @Test(
        "name metadata in upper case behind the prefix, MESSAGE_ID as it is",
        arguments: [
            ("batch", "DRAFTSPOOL_BATCH"), ("custom_id", "DRAFTSPOOL_CUSTOM_ID"),
            ("customID", "DRAFTSPOOL_CUSTOM_ID"),
            ("tokensPerSecond", "DRAFTSPOOL_TOKENS_PER_SECOND"), ("p-min", "DRAFTSPOOL_P_MIN"),
            ("DEPTH", "DRAFTSPOOL_DEPTH"), ("größe", "DRAFTSPOOL_GR__E"), ("_hidden", "DRAFTSPOOL__HIDDEN"),
            ("d3Lane", "DRAFTSPOOL_D3_LANE"), ("MESSAGE_ID", "MESSAGE_ID"), ("", "DRAFTSPOOL_"),
        ])
    func names(key: String, name: String) {
        #expect(entry(metadata: [key: "v"]).fields.last == JournalField(wellKnown: name, "v"))
    }

    @Test("any key gives a name that journald accepts")
    func randomNames() {
        for length in 1...100 {
            let key = String((0..<length).map { _ in Character(UnicodeScalar(UInt8.random(in: 1...255))) })
            let name = JournalField(key: key, "").name
            let isAccepted =
                name.utf8.count <= 64 && name.hasPrefix("DRAFTSPOOL_")
                && name.allSatisfy { $0 == "_" || ("A"..."Z").contains($0) || ("0"..."9").contains($0) }
            if !isAccepted { Issue.record("\(key.debugDescription) became \(name)") }
        }
    }

    @Test("keep values as they are, line breaks and NUL included")
    func values() {
        let fields = text(entry("a\nb\0c", metadata: ["reason": "x\ny=z"]))
        #expect(fields.first == "MESSAGE=a\nb\0c")
        #expect(fields.last == "DRAFTSPOOL_REASON=x\ny=z")
    }

    @Test("spread arrays and dictionaries over fields, sorted by key")
    func nested() {
        let fields = text(
            entry(
                error: Failure(),
                metadata: [
                    "lanes": ["d0", "d3"], "engine": ["slots": "4", "name": "llama"],
                    "depth": .stringConvertible(3),
                ]))
        #expect(
            fields.dropFirst(7) == [
                "DRAFTSPOOL_ERROR=it broke", "DRAFTSPOOL_DEPTH=3", "DRAFTSPOOL_ENGINE_NAME=llama",
                "DRAFTSPOOL_ENGINE_SLOTS=4", "DRAFTSPOOL_LANES=d0", "DRAFTSPOOL_LANES=d3",
            ])
    }

    @Test("map levels to syslog priorities")
    func priorities() {
        #expect(Logger.Level.allCases.map(JournalEntry.priority) == [7, 7, 6, 5, 4, 3, 2])
    }
}
