import Foundation
import JSON
import PromptBatch
import Spool
import Synchronization
import SystemPackage
import Testing

@testable import Web

@Suite struct CatalogTests {
    private static let prompts = "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n"

    private func drop(_ name: String, _ text: String = prompts, in site: WebSite) async throws -> BatchRecord
    {
        try Data(text.utf8).write(to: URL(fileURLWithPath: site.layout.incoming + "/" + name))
        return try #require(try await site.claim().first)
    }

    private func object(_ batch: BatchRecord, in site: WebSite) async throws -> JSON {
        let uploads = try site.openUploads()
        let catalog = BatchCatalog(book: try await site.openBook(), ledger: site.ledger)
        let found = try #require(try await catalog.find("batch_" + batch.id))
        return try BatchObject(files: site.files(uploads)).json(of: found)
    }

    @Test func aDroppedFileIsABatch() async throws {
        let site = try WebSite()
        let batch = try await drop("a.jsonl", in: site)
        let running = try await object(batch, in: site)
        #expect(running["id"]?.stringValue == "batch_" + batch.id)
        #expect(running["status"] == "in_progress")
        #expect(running["input_file_id"]?.stringValue == "file-input-" + batch.id)
        #expect(running["request_counts"] == ["total": 2, "completed": 0, "failed": 0])
        #expect(running["completion_window"] == "none")
        #expect(running["metadata"] == .null)
        #expect(running["output_file_id"] == .null)

        let done = try await object(try await site.finish(batch, failing: [2]), in: site)
        #expect(done["status"] == "completed")
        #expect(done["request_counts"] == ["total": 2, "completed": 1, "failed": 1])
        #expect(done["output_file_id"]?.stringValue == "file-output-" + batch.id)
        #expect(done["error_file_id"]?.stringValue == "file-errors-" + batch.id)
        #expect(done["completed_at"]?.intValue != nil)
        #expect(done["failed_at"] == .null)
    }

    @Test func aFileWithoutALineIsNone() async throws {
        let site = try WebSite()
        let good = try await object(try await site.finish(try await drop("a.jsonl", in: site)), in: site)
        #expect(good["error_file_id"] == .null)
        let bad = try await site.finish(try await drop("b.jsonl", in: site), failing: [1, 2])
        #expect(try await object(bad, in: site)["output_file_id"] == .null)
    }

    @Test func anOutputThatWasTakenAwayIsNone() async throws {
        let site = try WebSite()
        let batch = try await site.finish(try await drop("a.jsonl", in: site))
        let directory = site.layout.output + "/a"
        try FileManager.default.removeItem(atPath: directory)
        #expect(try await object(batch, in: site)["output_file_id"] == .null)
        // Another batch of the name takes its place.
        _ = try await site.finish(try await drop("a.jsonl", in: site))
        #expect(FileManager.default.fileExists(atPath: directory))
        #expect(try await object(batch, in: site)["output_file_id"] == .null)
    }

    @Test func aRefusedFileSaysWhy() async throws {
        let site = try WebSite()
        let batch = try await drop("a.jsonl", "no\nJSON\n", in: site)
        let object = try await object(batch, in: site)
        #expect(object["status"] == "failed")
        #expect(object["failed_at"]?.intValue != nil)
        let errors = try #require(object["errors"]?["data"]?.arrayValue)
        #expect(errors.first?["code"] == "no_readable_prompt")
        #expect(errors.dropFirst().first?["line"] == 1)
    }

    @Test func aCancelledOneIsCancelled() async throws {
        let site = try WebSite()
        let batch = try await drop("a.jsonl", in: site)
        #expect(try await site.ledger.markCancelled(batch.sequence))
        #expect(try await object(batch, in: site)["status"] == "cancelling")
        let object = try await object(try await site.finish(batch, failing: [1, 2]), in: site)
        #expect(object["status"] == "cancelled")
        #expect(object["cancelled_at"]?.intValue != nil)
        #expect(object["completed_at"] == .null)
    }

    @Test func oneWhoseTimeWasOverHasExpired() async throws {
        let site = try WebSite()
        let batch = try await site.finish(
            try await drop("a.jsonl", in: site), expiring: [2])
        let object = try await object(batch, in: site)
        #expect(object["status"] == "expired")
        #expect(object["expired_at"]?.intValue != nil)
        #expect(object["completed_at"] == .null)
        #expect(object["request_counts"] == ["total": 2, "completed": 1, "failed": 1])
        #expect(object["output_file_id"]?.stringValue == "file-output-" + batch.id)
        let id = try #require(object["error_file_id"]?.stringValue.flatMap { FileID($0) })
        let file = try #require(try await site.files(try site.openUploads()).open(id))
        let line = try JSON.parse(try file.read(at: 0, length: file.size))
        #expect(line["custom_id"] == "line-2")
        #expect(line["response"] == .null)
        #expect(line["error"]?["code"] == "batch_expired")
    }

    @Test(.enabled(if: WebSite.keepsAttributes)) func aDroppedFilesDeadlineIsShown() async throws {
        let site = try WebSite()
        let expiry = Date(timeIntervalSince1970: 4_070_908_800)
        for (name, deadline) in [("a", Deadline.within(.seconds(5400))), ("b", .at(expiry))] {
            let writer = try FileWriter(creating: site.layout.incoming + "/\(name).jsonl")
            try writer.setDeadline(deadline)
            try writer.write(Self.prompts.utf8)
            try writer.finish()
        }
        let batches = try await site.claim()
        let within = try await object(batches[0], in: site)
        #expect(within["completion_window"] == "5400s")
        #expect(within["expires_at"]?.intValue == Int(batches[0].claimedAt.timeIntervalSince1970 + 5400))
        let at = try await object(batches[1], in: site)
        #expect(at["completion_window"] == "none")
        #expect(at["expires_at"] == 4_070_908_800)
    }

    /// Every page size shows every batch once, newest first.
    @Test(arguments: [1, 2, 3, 10]) func pagesOfBatches(limit: Int) async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        var expected: [String] = []
        for number in 0..<4 {
            expected.append("batch_" + (try await drop("\(number).jsonl", in: site)).id)
        }
        let upload = try site.upload(Self.prompts, to: uploads)
        let wish = try BatchWish([
            "input_file_id": .string(upload.id), "endpoint": "/v1/completions", "completion_window": "24h",
        ])
        for _ in 0..<3 {
            let order = try await book.take(
                wish, of: upload, content: uploads.contentPath(of: upload.id), key: nil,
                after: try await site.ledger.lastSequence())
            expected.append(order.id)
        }
        let catalog = BatchCatalog(book: book, ledger: site.ledger)
        #expect(try await pages(of: catalog, limit: limit) == expected.reversed())

        // The ledger has them, and the book does not know it yet: they are not listed twice.
        let batches = try await site.claim()
        #expect(batches.count == 3)
        #expect(try await pages(of: catalog, limit: limit) == expected.reversed())
        var settling = site.settling(book)
        await settling.settle()
        #expect(Set(try await pages(of: catalog, limit: limit)) == Set(expected))
        #expect(try await pages(of: catalog, limit: limit).count == expected.count)
    }

    private func pages(of catalog: BatchCatalog, limit: Int) async throws -> [String] {
        var ids: [String] = []
        while true {
            let page = try await catalog.batches(after: ids.last, limit: limit)
            ids += page.map(\.id)
            guard page.count == limit else { return ids }
        }
    }

    @Test func aPageAfterNoBatchIsRefused() async throws {
        let site = try WebSite()
        let catalog = BatchCatalog(book: try await site.openBook(), ledger: site.ledger)
        for id in ["batch_0123456789abcdef01234567", "batch_x", "batch_", "", "x"] {
            let error = await #expect(throws: APIError.self) {
                try await catalog.batches(after: id, limit: 1)
            }
            #expect(error?.param == "after")
        }
    }

    /// Every page size shows every file once, in the order of time.
    @Test(arguments: [1, 2, 3, 100], [true, false]) func pagesOfFiles(limit: Int, isAscending: Bool)
        async throws
    {
        let site = try WebSite()
        let uploads = try site.openUploads()
        var expected: [String] = []
        for number in 0..<3 {
            expected.append(try site.upload("x", to: uploads).id)
            let batch = try await site.finish(try await drop("\(number).jsonl", in: site), failing: [1])
            expected += ["file-errors-" + batch.id, "file-output-" + batch.id]
        }
        let files = site.files(uploads)
        var found: [StoredFile] = []
        while true {
            let page = try await files.files(
                of: nil, beyond: found.last.map { FilePlace($0) }, isAscending: isAscending, limit: limit)
            found += page
            guard page.count == limit else { break }
        }
        #expect(found.map(\.id.text) == (isAscending ? expected : expected.reversed()))
        let inputs = try await files.files(of: .input, beyond: nil, isAscending: isAscending, limit: 100)
        #expect(inputs.allSatisfy { $0.purpose == .input } && inputs.count == 3)
        let outputs = try await files.files(of: .output, beyond: nil, isAscending: isAscending, limit: 100)
        #expect(outputs.allSatisfy { $0.purpose == .output } && outputs.count == 6)
    }

    @Test func filesOfABatchAreRead() async throws {
        let site = try WebSite()
        let batch = try await site.finish(try await drop("a.jsonl", in: site), failing: [1])
        let files = site.files(try site.openUploads())
        let input = try #require(try await files.open(.part(.input, batch: batch.id)))
        #expect(String(decoding: try input.read(at: 0, length: input.size), as: UTF8.self) == Self.prompts)
        let output = try #require(try await files.find(.part(.output, batch: batch.id)))
        #expect(output.name == "a_output.jsonl")
        #expect(output.bytes > 0)
        #expect(try await files.open(.part(.errors, batch: batch.id))?.size ?? 0 > 0)
        #expect(try await files.open(.part(.output, batch: "other")) == nil)
        #expect(try await files.find(.upload("file-0123456789abcdef01234567")) == nil)
    }
    /// It may be large, and a list has a hundred batches.
    @Test func aSummaryIsReadOnceForWhatIsShownOfIt() async throws {
        let site = try WebSite()
        let batch = try await site.finish(try await drop("a.jsonl", in: site), failing: [1])
        let summaries = Mutex(0)
        let disk = StoppingDisk(
            after: .max,
            onOpen: { path in
                if path.string.hasSuffix("/summary.json") { summaries.withLock { $0 += 1 } }
            })
        let layout = SpoolLayout(root: site.layout.root, disk: disk)
        let files = FileCatalog(uploads: try site.openUploads(), ledger: site.ledger, layout: layout)
        let object = try BatchObject(files: files).json(of: .recorded(batch, nil))
        #expect(object["output_file_id"]?.stringValue == "file-output-\(batch.id)")
        #expect(object["error_file_id"]?.stringValue == "file-errors-\(batch.id)")
        #expect(summaries.withLock { $0 } == 1)
        let templates = try PageTemplates(heading: "Draftspool")
        let routes = PageRoutes(
            templates: templates, feed: StatusFeed(templates: templates) { Overview(nil) },
            catalog: BatchCatalog(book: try await site.openBook(), ledger: site.ledger), layout: layout)
        var request = try WebRequest("/batches/\(batch.id)")
        request.wildcards = [batch.id]
        #expect(try await routes.page(of: request).status == .ok)
        #expect(summaries.withLock { $0 } == 2)
    }
}
