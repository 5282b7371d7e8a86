import Glibc
import Logging
import Systemd
import Testing

@Suite("Log targets")
struct LogTargetTests {
    @Test(
        "auto is standard error unless JOURNAL_STREAM names it",
        arguments: [
            nil, "", "1", "1:2:3", "x:y", "0:0", "18446744073709551616:1",
        ])
    func auto(journalStream: String?) throws {
        #expect(!Journal.isStandardError(journalStream))
        #expect(try LogTarget.auto.resolved(journalStream: journalStream) == .stderr)
    }

    @Test("standard error is told by device and inode")
    func sameStream() throws {
        var status = stat()
        try #require(fstat(STDERR_FILENO, &status) == 0)
        #expect(Journal.isStandardError("\(status.st_dev):\(status.st_ino)"))
        #expect(!Journal.isStandardError("\(status.st_dev):\(status.st_ino + 1)"))
    }

    @Test("the journal by name needs a journald")
    func journal() throws {
        guard Journal.isReachable else {
            #expect(throws: JournalUnavailableError.self) {
                try LogTarget.journal.resolved(journalStream: nil)
            }
            return
        }
        #expect(try LogTarget.journal.resolved(journalStream: nil) == .journal)
    }

    @Test("handlers keep level and metadata by value")
    func handlers() {
        for target in LogTarget.allCases {
            var handler = target.handler(label: "l", level: .warning)
            #expect(handler.logLevel == .warning)
            let copy = handler
            handler[metadataKey: "a"] = "1"
            #expect(handler[metadataKey: "a"] == "1" && copy[metadataKey: "a"] == nil)
            #expect((handler is JournalLogHandler) == (target == .journal))
        }
    }
}
