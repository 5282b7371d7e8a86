import Foundation
import Spool
import SystemPackage
import TestSupport
import Testing

@testable import Control
@testable import Daemon
@testable import Publishing

/// Others may write into `incoming/` too, and foretell most of a name in it.
@Suite("What has a name that running again uses", .timeLimit(.minutes(10)))
struct RetriedBatchTests {
    enum Planted: CaseIterable {
        case file, link, directory
    }

    private static let number: UInt64 = 7

    /// A site with a finished batch of two prompts, both of them cancelled.
    private func site() async throws -> (site: PartsSite, batch: BatchRecord) {
        let site = try await PartsSite(disk: AlteredDisk(number: Self.number))
        let batch = try await site.submit("night", prompts: 2)
        async let recording: Void = site.parts.recorder.run()
        _ = try await site.parts.control.cancellation.cancel(batch)
        await site.parts.recorder.finish()
        await recording
        let (completed, complete) = AsyncStream<Int64>.makeStream()
        complete.yield(batch.sequence)
        complete.finish()
        await site.parts.publishing.run(completed)
        let finished = try #require(try await site.parts.ledger.batch(sequence: batch.sequence))
        try #require(finished.state == .done)
        return (site, finished)
    }

    private func plant(_ planted: Planted, at path: String, on site: PartsSite) throws {
        let others = site.layout.root + "/theirs"
        try Data("theirs".utf8).write(to: URL(fileURLWithPath: others))
        switch planted {
        case .file: try FileManager.default.copyItem(atPath: others, toPath: path)
        case .link: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: others)
        case .directory:
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
    }

    /// What the planted file, or the one that is linked, holds; a directory is there.
    private func isUntouched(_ planted: Planted, at path: String, on site: PartsSite) throws -> Bool {
        guard planted != .directory else {
            return try site.layout.disk.status(of: FilePath(path))?.kind == .directory
        }
        let file = planted == .link ? site.layout.root + "/theirs" : path
        return try String(contentsOfFile: file, encoding: .utf8) == "theirs"
    }

    @Test("stays as it is when a file of prompts would be written there", arguments: Planted.allCases)
    func writing(_ planted: Planted) async throws {
        let (site, batch) = try await site()
        let staged = StagedRetry(batchID: batch.id, request: "request", name: "night-retry.jsonl")
        let path = staged.partialPath(in: site.layout.incoming, number: Self.number)
        try plant(planted, at: path, on: site)
        let error = await #expect(throws: SpoolError.self) {
            try await site.parts.control.retry.stage(nil, of: batch, for: "request")
        }
        #expect(error?.code == EEXIST)
        #expect(try isUntouched(planted, at: path, on: site))
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.layout.incoming).count == 1)
    }

    @Test(
        "does not keep a request from its answer", arguments: [Planted.link, .directory], [false, true])
    func answering(_ planted: Planted, isStaged: Bool) async throws {
        let (site, batch) = try await site()
        let box = ControlBox(layout: site.layout)
        let request = try box.ask(ControlRequest(action: .retry, batch: batch.id))
        let staged = StagedRetry(batchID: batch.id, request: request, name: "night-retry.jsonl")
        let path =
            isStaged
            ? staged.path(in: site.layout.incoming)
            : staged.partialPath(in: site.layout.incoming, number: Self.number)
        try plant(planted, at: path, on: site)
        let serving = Task { await site.parts.control.run(events: nil) }
        var reply: ControlReply?
        try await waitUntil {
            reply = try box.takeReply(to: request)
            return reply != nil
        }
        serving.cancel()
        await serving.value
        // A link gives way to the whole file, and is not followed.
        let isDone = planted == .link && isStaged
        #expect(reply?.isDone == isDone && reply?.file == (isDone ? "night-retry.jsonl" : nil))
        #expect(try isUntouched(planted, at: path, on: site))
        let left = try FileManager.default.contentsOfDirectory(atPath: site.layout.incoming)
        #expect(left.count == 1)
    }
}
