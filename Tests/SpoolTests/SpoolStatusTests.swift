import Foundation
import Testing

@testable import Spool

@Suite struct SpoolStatusTests {
    @Test func statusIsReadAsItWasWritten() async throws {
        let spool = try TestSpool()
        #expect(try SpoolStatus.read(from: spool.layout) == nil)
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("a.jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
        var status = SpoolStatus(state: .ready, message: "1 running", version: "0.1")
        status.updatedAt = Date(timeIntervalSince1970: 1_795_474_501)
        status.lanes = [
            .init(
                depth: 3, pMin: 0.5, usesNgrams: true, slots: 4, busySlots: 1, processID: 42,
                engine: "llama-server b1",
                model: "m.gguf")
        ]
        status.queued = 7
        status.tokensPerSecond = 12.5
        let end = SpoolStatus.ExpectedEnd(
            at: status.updatedAt.addingTimeInterval(60), earliest: status.updatedAt.addingTimeInterval(30),
            latest: status.updatedAt.addingTimeInterval(120))
        status.expectedEnd = end
        status.batches = [.init(record: batch, layout: spool.layout, expectedEnd: end)]
        status.speeds = [.init(workload: "code", depth: 3, answers: 2, mean: 40, deviation: 1.5)]
        status.laneStarts = [
            .init(
                at: status.updatedAt, engineID: "deep", engine: "llama-server b1", depth: 3, pMin: 0.5,
                usesNgrams: true, slots: 4)
        ]
        try status.write(to: spool.layout)
        #expect(try SpoolStatus.read(from: spool.layout) == status)
        #expect(status.isDaemonAlive)
        status.state = .stopped
        try status.write(to: spool.layout)
        #expect(try SpoolStatus.read(from: spool.layout)?.isDaemonAlive == false)
        #expect(try !spool.names(in: spool.layout.root).contains { $0.hasSuffix(".tmp") })
    }

    @Test func theOutputDirectoryIsToldOnceTheBatchIsDone() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        var batch = try await spool.accept("a.jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
        batch.outputName = "a"
        #expect(SpoolStatus.Batch(record: batch, layout: spool.layout).outputDirectory == nil)
        batch.state = .done
        #expect(
            SpoolStatus.Batch(record: batch, layout: spool.layout).outputDirectory == spool.layout.output
                + "/a")
    }

    @Test func aDamagedStatusIsNamed() throws {
        let spool = try TestSpool()
        try Data("{".utf8).write(to: URL(fileURLWithPath: spool.layout.statusFile))
        let error = #expect(throws: SpoolError.self) { try SpoolStatus.read(from: spool.layout) }
        #expect(error?.path == spool.layout.statusFile)
    }

    @Test func aSpoolHasOneOwner() throws {
        let spool = try TestSpool()
        do {
            let lock = try SpoolLock(layout: spool.layout)
            let error = withExtendedLifetime(lock) {
                #expect(throws: SpoolError.self) { try SpoolLock(layout: spool.layout) }
            }
            #expect(error?.reason == "another draftspoold owns it (process \(getpid()))")
        }
        _ = try SpoolLock(layout: spool.layout)
    }

    @Test func aStateDirectoryHasOneOwnerToo() throws {
        let spool = try TestSpool()
        let lock = try SpoolLock(directory: spool.layout.root, key: "state-directory")
        let error = withExtendedLifetime(lock) {
            #expect(throws: SpoolError.self) {
                try SpoolLock(directory: spool.layout.root, key: "state-directory")
            }
        }
        #expect(error?.remedy.contains("set another state-directory") == true)
        _ = try SpoolLock(layout: spool.layout)
    }

    @Test func theLockFileIsNoLink() throws {
        let spool = try TestSpool()
        try #require(symlink("/etc/passwd", spool.layout.root + "/.lock") == 0)
        #expect(throws: SpoolError.self) { try SpoolLock(layout: spool.layout) }
    }
}
