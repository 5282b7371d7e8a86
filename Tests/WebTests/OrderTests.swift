import Dispatch
import Foundation
import JSON
import Spool
import Testing

@testable import Web

@Suite struct OrderTests {
    private static let prompts = "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n"

    private func wish(_ upload: Upload, metadata: JSON = .null, window: String = "24h") throws -> BatchWish {
        try BatchWish([
            "input_file_id": .string(upload.id), "endpoint": "/v1/completions",
            "completion_window": .string(window), "metadata": metadata,
        ])
    }

    private func order(
        _ upload: Upload, of uploads: UploadStore, in book: OrderBook, _ site: WebSite, key: String? = nil,
        metadata: JSON = .null, window: String = "24h"
    ) async throws -> BatchOrder {
        try await book.take(
            try wish(upload, metadata: metadata, window: window), of: upload,
            content: uploads.contentPath(of: upload.id), key: key,
            after: try await site.ledger.lastSequence())
    }

    private func settle(_ book: OrderBook, _ site: WebSite) async {
        var settling = site.settling(book)
        await settling.settle()
    }

    @Test func comesInByTheDoor() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let order = try await order(upload, of: uploads, in: book, site)
        #expect(site.names(in: site.layout.incoming) == ["a.jsonl"])
        #expect(await book.withoutBatch == [order])
        let batch = try #require(try await site.claim().first)
        #expect(batch.inode == order.inode)
        await settle(book, site)
        #expect(await book.order(order.id)?.batchID == batch.id)
        #expect(await book.order(ofBatch: batch.id)?.id == order.id)
        #expect(await book.withoutBatch.isEmpty)
        let again = try await site.openBook()
        #expect(await again.order(ofBatch: batch.id)?.id == order.id)
    }

    @Test func theUploadMayBeDeletedAtOnce() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        _ = try await order(upload, of: uploads, in: book, site)
        #expect(try uploads.delete(upload.id))
        let batch = try #require(try await site.claim().first)
        #expect(batch.promptCount == 2)
    }

    @Test func anUploadThatIsGoneIsNoBatch() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        #expect(try uploads.delete(upload.id))
        let error = await #expect(throws: APIError.self) {
            try await order(upload, of: uploads, in: book, site)
        }
        #expect(error?.status == .notFound)
        #expect(site.names(in: site.layout.incoming).isEmpty)
    }

    /// Two of one upload share an inode number.
    @Test func ordersOfOneUploadGetABatchEach() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let first = try await order(upload, of: uploads, in: book, site)
        let second = try await order(upload, of: uploads, in: book, site)
        #expect(site.names(in: site.layout.incoming) == ["a-2.jsonl", "a.jsonl"])
        let batches = try await site.claim()
        await settle(book, site)
        let ids = [await book.order(first.id)?.batchID, await book.order(second.id)?.batchID]
        #expect(Set(ids) == Set(batches.map(\.id)))
        let third = try await order(upload, of: uploads, in: book, site)
        await settle(book, site)
        #expect(await book.order(third.id)?.batchID == nil)
    }

    @Test(.enabled(if: WebSite.keepsAttributes)) func itsWindowIsItsFiles() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let order = try await order(upload, of: uploads, in: book, site)
        #expect(order.expiresAt == order.createdAt.addingTimeInterval(86_400))
        #expect(try await site.openBook().order(order.id) == order)
        #expect(KnownBatch.ordered(order).expiresAt == order.expiresAt)
        let batch = try #require(try await site.claim().first)
        #expect(batch.inode == order.inode)
        #expect(batch.fileDeadline == .within(.seconds(86_400)))
        #expect(batch.deadline == batch.claimedAt.addingTimeInterval(86_400))
        await settle(book, site)
        let catalog = BatchCatalog(book: book, ledger: site.ledger)
        let found = try #require(try await catalog.find(order.id))
        #expect(found.completionWindow == "24h")
        #expect(found.expiresAt == batch.claimedAt.addingTimeInterval(86_400))
    }

    /// Two batches of one upload share its file only where they have the same time.
    @Test(.enabled(if: WebSite.keepsAttributes)) func anotherWindowIsAnotherFile() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let windows = ["24h", "1h", "1440m"]
        var orders: [BatchOrder] = []
        for window in windows {
            orders.append(try await order(upload, of: uploads, in: book, site, window: window))
        }
        #expect(orders[0].inode == orders[2].inode)
        #expect(orders[0].inode != orders[1].inode)
        let names = site.names(in: site.layout.incoming)
        #expect(names.count == 3)
        for name in names {
            let path = site.layout.incoming + "/" + name
            #expect(try String(contentsOfFile: path, encoding: .utf8) == Self.prompts)
        }
        let batches = try await site.claim()
        await settle(book, site)
        for (order, seconds) in zip(orders, [86_400, 3600, 86_400]) {
            let batchID = await book.order(order.id)?.batchID
            let batch = try #require(batches.first { $0.id == batchID })
            #expect(batch.fileDeadline == .within(.seconds(seconds)))
        }
    }

    @Test func aRequestThatIsRepeatedIsOneOrder() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let upload = try site.upload(Self.prompts, to: uploads)
        let first = try await order(upload, of: uploads, in: try await site.openBook(), site, key: "k")
        let book = try await site.openBook()
        #expect(try await order(upload, of: uploads, in: book, site, key: "k") == first)
        let other = try await order(upload, of: uploads, in: book, site, key: "l")
        #expect(other.id != first.id)
        let error = await #expect(throws: APIError.self) {
            try await order(upload, of: uploads, in: book, site, key: "k", metadata: ["a": "b"])
        }
        #expect(error?.status == .badRequest)
        #expect(error?.message.contains(first.id) == true)
    }

    @Test func aRequestIsKnownWhateverBecameOfTheUpload() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let first = try await order(upload, of: uploads, in: book, site, key: "k")
        #expect(try uploads.delete(upload.id))
        #expect(try await book.order(key: "k", as: try wish(upload)) == first)
        #expect(try await book.order(key: "l", as: try wish(upload)) == nil)
        #expect(try await book.order(key: nil, as: try wish(upload)) == nil)
    }

    /// A process that is killed after any step of an order leaves it taken or not at all, and its file is run once.
    @Test func isTakenOnceOrNotAtAll() async throws {
        for steps in 0... {
            let site = try WebSite()
            let upload = try site.upload(Self.prompts, to: try site.openUploads())
            let disk = StoppingDisk(after: steps)
            let isTaken: Bool
            do {
                let uploads = try site.openUploads(on: disk)
                _ = try await order(upload, of: uploads, in: try await site.openBook(on: disk), site)
                isTaken = true
            } catch {
                isTaken = false
            }
            let book = try await site.openBook()
            await settle(book, site)
            let orders = await book.withoutBatch.count
            let batches = try await site.claim()
            #expect(batches.count == orders, "after \(steps) steps")
            #expect(batches.count <= 1)
            if isTaken { #expect(orders == 1, "after \(steps) steps") }
            await settle(book, site)
            #expect(await book.withoutBatch.isEmpty, "after \(steps) steps")
            #expect(site.names(in: site.layout.incoming).isEmpty, "after \(steps) steps")
            if !disk.hasStopped { return }
        }
    }

    /// A disk that refuses one step and goes on leaves an order that was taken, or nothing.
    @Test(arguments: ["24h", "1h"]) func leavesNothingWhereItIsNotTaken(_ window: String) async throws {
        for steps in 0... {
            let site = try WebSite()
            let upload = try site.upload(Self.prompts, to: try site.openUploads())
            // Of the windows one takes a link and the other a copy.
            let content = try InputFile(path: try site.openUploads().contentPath(of: upload.id))
            if WebSite.keepsAttributes { #expect(try content.giveDeadline(.within(.seconds(86_400)))) }
            let uploads = try site.openUploads()
            let disk = StoppingDisk(after: steps, goesOn: true)
            do {
                let book = try await site.openBook(on: disk)
                _ = try await order(upload, of: uploads, in: book, site, window: window)
                #expect(await book.withoutBatch.count == 1)
            } catch {
                #expect(site.names(in: site.layout.incoming).isEmpty, "after \(steps) steps")
                #expect(try await site.openBook().withoutBatch.isEmpty, "after \(steps) steps")
            }
            if !disk.hasStopped { return }
        }
    }

    /// A gigabyte takes its time; others ask for their batches meanwhile, and the same client may ask again.
    @Test(.timeLimit(.minutes(10)), .enabled(if: WebSite.keepsAttributes)) func aCopyHoldsUpNobody()
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
        #expect(try content.giveDeadline(.within(.seconds(86_400))))
        let book = try await site.openBook(on: disk)
        let executor = QueueExecutor()
        async let first = withTaskExecutorPreference(executor) {
            try await order(upload, of: uploads, in: book, site, key: "k", window: "1h")
        }
        for await _ in writes { break }
        #expect(await book.withoutBatch.isEmpty)
        async let second = withTaskExecutorPreference(executor) {
            try await order(upload, of: uploads, in: book, site, key: "k", window: "1h")
        }
        for await _ in writes { break }
        // For both copies, and for the record of the order.
        for _ in 0..<9 { goesOn.signal() }
        #expect(try await first == second)
        #expect(await book.withoutBatch.count == 1)
        #expect(site.names(in: site.layout.incoming) == ["a.jsonl"])
    }

    /// Nor does it hold up a stop.
    @Test(.timeLimit(.minutes(10)), .enabled(if: WebSite.keepsAttributes)) func aCopyEndsWithItsTask()
        async throws
    {
        let site = try WebSite()
        let uploads = try site.openUploads()
        // Some pieces of it.
        let upload = try site.upload(String(repeating: Self.prompts, count: 100_000), to: uploads)
        let (writes, write) = AsyncStream<Void>.makeStream()
        let goesOn = DispatchSemaphore(value: 0)
        let disk = StoppingDisk(after: .max) {
            write.yield()
            goesOn.wait()
        }
        let content = try InputFile(path: uploads.contentPath(of: upload.id))
        #expect(try content.giveDeadline(.within(.seconds(86_400))))
        let book = try await site.openBook(on: disk)
        let ordering = Task(executorPreference: QueueExecutor()) {
            try await order(upload, of: uploads, in: book, site, window: "1h")
        }
        for await _ in writes { break }
        ordering.cancel()
        for _ in 0..<99 { goesOn.signal() }
        await #expect(throws: CancellationError.self) { try await ordering.value }
        #expect(await book.withoutBatch.isEmpty)
        #expect(site.names(in: site.layout.incoming).isEmpty)
    }

    @Test func anOrderThatCannotBeLetInNowIsLetInLater() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let order = try await order(upload, of: uploads, in: book, site)
        let staged = book.stagedPath(of: order.id)
        try FileManager.default.moveItem(atPath: site.layout.incoming + "/a.jsonl", toPath: staged)
        await settle(book, site)
        #expect(site.names(in: site.layout.incoming) == ["a.jsonl"])
    }

    @Test func aStagedFileOfNoOrderIsRemoved() async throws {
        let site = try WebSite()
        let names = [".api-batch_0123456789abcdef01234567.part", ".api-other.part", ".submit-1-2.part"]
        for name in names { try Data().write(to: URL(fileURLWithPath: site.layout.incoming + "/" + name)) }
        _ = try await site.openBook()
        #expect(site.names(in: site.layout.incoming) == Array(names.dropFirst()))
    }

    @Test func hiddenFilesBesideTheOrdersDoNoHarm() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let upload = try site.upload(Self.prompts, to: uploads)
        let order = try await order(upload, of: uploads, in: try await site.openBook(), site)
        let directory = site.layout.api + "/batches"
        for name in [".snapshot", ".other.tmp"] {
            try FileManager.default.createDirectory(
                atPath: directory + "/" + name, withIntermediateDirectories: false)
        }
        try Data().write(to: URL(fileURLWithPath: directory + "/.1-2.tmp"))
        #expect(try await site.openBook().withoutBatch == [order])
        #expect(site.names(in: directory) == [".other.tmp", ".snapshot", order.id + ".json"])
    }

    @Test func whatIsCancelledBeforeItIsReadIsCancelledThen() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let order = try await order(upload, of: uploads, in: book, site)
        #expect(try await book.cancel(order.id))
        await settle(book, site)
        #expect(site.names(in: site.layout.control).isEmpty)
        let batch = try #require(try await site.claim().first)
        await settle(try await site.openBook(), site)
        let box = ControlBox(layout: site.layout)
        let requests = try box.waiting().map { try box.request($0) }
        #expect(requests == [ControlRequest(action: .cancel, batch: batch.id)])
        let again = try await site.openBook()
        #expect(try await !again.cancel(order.id))
        #expect(await again.order(order.id)?.cancellingAt != nil)
        let catalog = BatchCatalog(book: again, ledger: site.ledger)
        #expect(try await catalog.find(order.id)?.status == .cancelling)
        _ = try await site.finish(batch)
        #expect(try await catalog.find(order.id)?.status == .completed)
    }

    @Test func forgottenBatchesAreForgotten() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let book = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        let order = try await order(upload, of: uploads, in: book, site)
        let batch = try await site.finish(try #require(try await site.claim().first))
        await settle(book, site)
        try await site.settling(book).prune()
        #expect(await book.order(order.id) != nil)
        try await site.ledger.deleteBatch(batch.sequence)
        try await site.settling(book).prune()
        #expect(await book.order(order.id) == nil)
        #expect(site.names(in: site.layout.api + "/batches").isEmpty)
    }

    /// Somebody takes the file away before the daemon reads it.
    @Test func aFileThatIsGoneIsSaidToBe() async throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let first = try await site.openBook()
        let upload = try site.upload(Self.prompts, to: uploads)
        var order = try await order(upload, of: uploads, in: first, site)
        order = order.taken(at: order.createdAt.addingTimeInterval(-120))
        try await first.keep(order)
        await settle(try await site.openBook(), site)
        #expect(try await site.openBook().order(order.id)?.lostAt == nil)
        try FileManager.default.removeItem(atPath: site.layout.incoming + "/a.jsonl")
        let book = try await site.openBook()
        await settle(book, site)
        let lost = try #require(await book.order(order.id))
        #expect(lost.lostAt != nil)
        #expect(KnownBatch.ordered(lost).status == .failed)
        #expect(try await !book.cancel(order.id))
        let object = try BatchObject(files: site.files(uploads)).json(of: .ordered(lost))
        #expect(object["errors"]?["data"]?[0]?["code"] == "input_missing")
    }
}

extension BatchOrder {
    /// The same order, taken at another time.
    fileprivate func taken(at date: Date) -> BatchOrder {
        BatchOrder(
            id: id, inputFile: inputFile, endpoint: endpoint, completionWindow: completionWindow,
            metadata: metadata,
            idempotencyKey: idempotencyKey, createdAt: date, expiresAt: expiresAt, name: name, inode: inode,
            after: after)
    }
}
