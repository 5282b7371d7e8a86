import Foundation
import Testing

@testable import Spool

@Suite struct ClaimedFileTests {
    @Test func aClaimedFileStandsInActiveUnderItsName() throws {
        let spool = try TestSpool()
        let file = try spool.claim("a b.jsonl", "content")
        #expect(file.path == spool.layout.inputDirectory(batch: file.batchID) + "/a b.jsonl")
        #expect(try spool.text(of: file.path) == "content")
        #expect(try spool.names(in: spool.layout.incoming).isEmpty)
        var status = stat()
        try #require(lstat(file.path, &status) == 0)
        #expect(file.inode == UInt64(status.st_ino))
    }

    @Test func aFileThatIsGoneIsNobodys() throws {
        let spool = try TestSpool()
        #expect(
            try ClaimedFile.claim(
                FileName("nothing"), as: ClaimedFile.makeID(on: LinuxDisk()), in: spool.layout) == nil)
        #expect(try spool.names(in: spool.layout.active).isEmpty)
    }

    @Test func idsSortByTimeAndDoNotRepeat() throws {
        var ids: [String] = []
        for second in 0..<20 {
            let now = Date(timeIntervalSince1970: 1_795_474_501 + Double(second) * 86_400)
            ids.append(ClaimedFile.makeID(now: now, number: .random(in: 0 ... .max)))
        }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == ids.count)
        #expect(ids[0].wholeMatch(of: /\d{8}-\d{6}-[0-9a-f]{8}/) != nil)
    }

    /// Whoever else looks at the same moment, a file becomes exactly one batch.
    @Test func exactlyOneOfManyClaimersWins() async throws {
        let spool = try TestSpool()
        let layout = spool.layout
        for round in 0..<10 {
            let name = "file-\(round)"
            try spool.drop(name, "x")
            let winners = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        (try? ClaimedFile.claim(
                            FileName(name), as: ClaimedFile.makeID(on: LinuxDisk()), in: layout)) != nil
                    }
                }
                return await group.reduce(into: 0) { count, won in count += won ? 1 : 0 }
            }
            #expect(winners == 1)
        }
        #expect(try spool.names(in: layout.active).count == 10)
        #expect(try ClaimedFile.existing(in: layout).count == 10)
    }

    @Test func claimedFilesAreFoundAgainAndEmptyDirectoriesAreRemoved() throws {
        let spool = try TestSpool()
        let first = try spool.claim("a.jsonl", "a")
        let second = try spool.claim("b.jsonl", "b")
        try #require(mkdir(spool.layout.active + "/19990101-000000-00000000", 0o750) == 0)
        let found = try ClaimedFile.existing(in: spool.layout)
        #expect(Set(found.map(\.batchID)) == [first.batchID, second.batchID])
        #expect(Set(found.map(\.inode)) == [first.inode, second.inode])
        #expect(Set(found.map(\.path)) == [first.path, second.path])
        #expect(try spool.names(in: spool.layout.active).count == 2)
    }

    /// An input may bear the name of any file that Draftspool itself writes; it is the user's all the same.
    @Test(arguments: ["output.jsonl", "errors.jsonl", "timing.jsonl", "input", "answer.md"])
    func anInputNamedLikeAnOutputIsSafe(name: String) async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let text = "{\"prompt\": \"a\"}\n{\"prompt\": \"b\"}\n"
        let batch = try await spool.accept(name, text, into: ledger)
        let follow = FollowFiles(layout: spool.layout, batchID: batch.id)
        let outcomes = [
            SampleOutcomes.answer(batch.sequence, line: 1), SampleOutcomes.failure(batch.sequence, line: 2),
        ]
        _ = try await ledger.record(outcomes)
        try follow.append(outcomes)
        await follow.rebuild(from: ledger, batch: batch.sequence)
        let found = try ClaimedFile.existing(in: spool.layout)
        #expect(found.map(\.name) == [name])
        #expect(try found.map { try spool.text(of: $0.path) } == [text])
        let stored = try #require(try await ledger.batch(sequence: batch.sequence))
        _ = try await BatchPublisher(ledger: ledger, layout: spool.layout).publish(stored)
        #expect(try spool.text(of: spool.layout.done + "/" + name) == text)
        #expect(try spool.names(in: spool.layout.active).isEmpty)
    }
}
