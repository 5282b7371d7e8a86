import Glibc
import Logging
import Systemd
import Testing

@Suite("Log handlers")
struct LogHandlerTests {
    @Test("standard error gets one line an event, with the logger's and the event's metadata")
    func standardError() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            var logger = Logger(label: "test") { StandardErrorLogHandler(label: $0) }
            logger[metadataKey: "batch"] = "b1"
            logger[metadataKey: "depth"] = "0"
            logger.log(.promptFinished, "Prompt q1 finished", metadata: ["depth": "3"])
            logger.debug("not shown")
            logger.error("Engine ended", metadata: ["status": "signal 9"])
        }
        let lines = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self).split(separator: "\n")
        #expect(lines.contains { $0.hasSuffix("Z info  Prompt q1 finished batch=b1 depth=3") })
        #expect(lines.contains { $0.hasSuffix("Z error Engine ended batch=b1 depth=0 status=\"signal 9\"") })
        #expect(!lines.contains { $0.contains("not shown") })
    }

    @Test("the journal handler takes any event, with or without a journald")
    func journal() {
        let logger = Logger(label: "test") { JournalLogHandler(label: $0, identifier: "draftspool-test") }
        logger.log(.laneStarted, level: .debug, "not sent")
    }

    @Test("ids travel as metadata")
    func messageID() {
        let handler = RecordingHandler()
        let logger = Logger(label: "test") { _ in handler }
        logger.log(.batchClaimed, "Batch b1 claimed", metadata: ["batch": "b1"])
        #expect(handler.events.map(\.level) == [.info])
        #expect(
            handler.events.first?.metadata == [
                "MESSAGE_ID": .string(MessageID.batchClaimed.rawValue), "batch": "b1",
            ])
        #expect(handler.events.first?.file.hasSuffix("LogHandlerTests.swift") == true)
    }
}
