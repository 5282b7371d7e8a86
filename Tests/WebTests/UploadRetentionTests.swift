import Dispatch
import Foundation
import JSON
import Spool
import Testing

@testable import Web

@Suite struct UploadRetentionTests {
    private static let prompts = "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n"

    private func prune(
        _ uploads: UploadStore, _ book: OrderBook, in site: WebSite,
        before date: Date = .now.addingTimeInterval(60)
    ) async throws {
        let retention = UploadRetention(
            uploads: uploads, book: book, ledger: site.ledger, logger: site.logger)
        try await retention.prune(before: date)
    }

    private func order(_ upload: Upload, of uploads: UploadStore, in book: OrderBook, _ site: WebSite)
        async throws
    {
        let wish = try BatchWish([
            "input_file_id": .string(upload.id), "endpoint": "/v1/completions", "completion_window": "24h",
        ])
        _ = try await book.take(
            wish, of: upload, content: uploads.contentPath(of: upload.id), key: nil,
            after: try await site.ledger.lastSequence())
    }

    @Test func whatIsOldAndUnusedGoes() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        try await prune(uploads, book, in: site, before: upload.createdAt)
        #expect(uploads.all == [upload])
        try await prune(uploads, book, in: site)
        #expect(uploads.all.isEmpty)
        #expect(site.names(in: site.layout.api + "/files").isEmpty)
        #expect(try site.openUploads().all.isEmpty)
    }

    @Test func whatABatchIsMadeOfStaysUntilThatHasEnded() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let unused = try site.upload(Self.prompts, to: uploads)
        try await order(upload, of: uploads, in: book, site)
        try await prune(uploads, book, in: site)
        #expect(uploads.all == [upload] && uploads[unused.id] == nil)

        let batch = try #require(try await site.claim().first)
        try await prune(uploads, book, in: site)
        #expect(uploads.all == [upload])
        var settling = site.settling(book)
        await settling.settle()
        try await prune(uploads, book, in: site)
        #expect(uploads.all == [upload])

        _ = try await site.finish(batch)
        try await prune(uploads, book, in: site)
        #expect(uploads.all.isEmpty)
        #expect(try String(contentsOfFile: site.layout.done + "/a.jsonl", encoding: .utf8) == Self.prompts)
    }

    /// One of several batches of an upload is enough.
    @Test func theLastBatchCounts() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        try await order(upload, of: uploads, in: book, site)
        try await order(upload, of: uploads, in: book, site)
        var settling = site.settling(book)
        let batches = try await site.claim()
        await settling.settle()
        _ = try await site.finish(batches[0])
        try await prune(uploads, book, in: site)
        #expect(uploads.all == [upload])
        _ = try await site.finish(batches[1])
        try await prune(uploads, book, in: site)
        #expect(uploads.all.isEmpty)
    }

    /// An order is taken between the look at the orders and the deletion.
    @Test func whatIsOrderedMeanwhileStays() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        try await order(upload, of: uploads, in: book, site)
        #expect(try await !book.delete(upload.id, of: uploads, unlessUsedBeside: []))
        #expect(uploads.all == [upload])
        let ended = await Set(book.orders(ofUpload: upload.id).map(\.id))
        #expect(try await book.delete(upload.id, of: uploads, unlessUsedBeside: ended))
        #expect(try await !book.delete(upload.id, of: uploads, unlessUsedBeside: ended))
        await #expect(throws: APIError.self) { try await order(upload, of: uploads, in: book, site) }
    }

    /// A gigabyte takes its time to be copied; the order is taken after that.
    @Test(.timeLimit(.minutes(10)), .enabled(if: WebSite.keepsAttributes)) func whatIsBeingCopiedStays()
        async throws
    {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let upload = try site.upload(Self.prompts, to: uploads)
        let (writes, write) = AsyncStream<Void>.makeStream()
        let goesOn = DispatchSemaphore(value: 0)
        let disk = StoppingDisk(after: .max) {
            write.yield()
            goesOn.wait()
        }
        let content = try InputFile(path: uploads.contentPath(of: upload.id))
        #expect(try content.giveDeadline(.within(.seconds(3600))))
        let book = try await site.openBook(on: disk)
        let executor = QueueExecutor()
        async let ordering: Void = withTaskExecutorPreference(executor) {
            try await order(upload, of: uploads, in: book, site)
        }
        for await _ in writes { break }
        try await prune(uploads, book, in: site)
        #expect(uploads.all == [upload])
        // For the copy, and for the record of the order.
        for _ in 0..<9 { goesOn.signal() }
        try await ordering
        try await prune(uploads, book, in: site)
        #expect(uploads.all == [upload])
    }

    @Test func nothingGoesWhileOrdersAreUnknown() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let upload = try site.upload(Self.prompts, to: uploads)
        // One that was not loaded, as where the disk fails at the start.
        let unread = OrderBook(layout: site.layout, logger: site.logger)
        try await prune(uploads, unread, in: site)
        #expect(uploads.all == [upload])
        // One with a record that cannot be read: of which upload it is, nobody knows.
        try await order(upload, of: uploads, in: try await site.openBook(), site)
        let directory = site.layout.api + "/batches"
        for name in site.names(in: directory) {
            try Data("{".utf8).write(to: URL(fileURLWithPath: directory + "/" + name))
        }
        try await prune(uploads, try await site.openBook(), in: site)
        #expect(uploads.all == [upload])
    }

    @Test func clientsAreToldWhenItGoes() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let upload = try site.upload(Self.prompts, to: uploads)
        let kept = try await site.files(uploads).find(.upload(upload.id))
        #expect(kept?.json["expires_at"] == .null)
        let files = FileCatalog(
            uploads: uploads, ledger: site.ledger, layout: site.layout, uploadAge: { .seconds(86_400) })
        let found = try #require(try await files.find(.upload(upload.id)))
        #expect(found.json["expires_at"]?.intValue == Int(upload.createdAt.timeIntervalSince1970 + 86_400))
        let listed = try await files.files(of: .input, beyond: nil, isAscending: true, limit: 9)
        #expect(listed.map(\.expiresAt) == [found.expiresAt])
    }
}
