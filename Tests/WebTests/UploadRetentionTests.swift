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
