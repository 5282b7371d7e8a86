import Foundation
import JSON
import Logging
import PromptBatch
import Spool
import SystemPackage
import Testing

@testable import Web

/// A spool with its ledger and the API's parts, in a directory of its own that is removed with the value.
final class WebSite: Sendable {
    /// What stands for the daemon's metrics.
    static let metrics = "# TYPE a gauge\na{b=\"ü\"} 1\n"

    let layout: SpoolLayout
    let ledger: Ledger
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        var template = Array((NSTemporaryDirectory() + "draftspool-web-XXXXXX").utf8CString)
        let root = try #require(mkdtemp(&template).map { String(cString: $0) })
        layout = SpoolLayout(root: root)
        try layout.create()
        ledger = try Ledger(path: root + "/ledger.sqlite")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: layout.root)
    }

    /// Whether the file system of the tests keeps attributes at all.
    static let keepsAttributes: Bool = {
        guard let site = try? WebSite(),
            let writer = try? FileWriter(creating: site.layout.incoming + "/.probe")
        else { return false }
        return (try? writer.setDeadline(.within(.seconds(1)))) != nil
    }()

    /// The uploads, as a new process finds them.
    func openUploads(on disk: any Disk = LinuxDisk()) throws -> UploadStore {
        let uploads = UploadStore(layout: SpoolLayout(root: layout.root, disk: disk), logger: logger)
        try uploads.load()
        return uploads
    }

    /// The orders, as a new process finds them.
    func openBook(on disk: any Disk = LinuxDisk()) async throws -> OrderBook {
        let book = OrderBook(layout: SpoolLayout(root: layout.root, disk: disk), logger: logger)
        try await book.load()
        return book
    }

    func settling(_ book: OrderBook) -> OrderSettling {
        OrderSettling(of: book, by: ledger, in: layout, logger: logger)
    }

    func files(_ uploads: UploadStore) -> FileCatalog {
        FileCatalog(uploads: uploads, ledger: ledger, layout: layout)
    }

    func upload(_ text: String, name: String = "a.jsonl", to uploads: UploadStore) throws -> Upload {
        let writer = try uploads.begin()
        try writer.write(Array(text.utf8)[...])
        return try uploads.keep(writer, fileName: name)
    }

    /// Takes what is in `incoming/`, as the daemon does.
    func claim() async throws -> [BatchRecord] {
        var batches: [BatchRecord] = []
        for name in try layout.disk.list(FilePath(layout.incoming)).sorted(by: { $0.text < $1.text }) {
            guard !SpoolLayout.isIgnored(name: name.text) else { continue }
            let id = ClaimedFile.makeID(on: layout.disk)
            let file = try #require(try ClaimedFile.claim(name, as: id, in: layout))
            let ingest = BatchIngest(ledger: ledger, layout: layout, maximumLineBytes: 1 << 20)
            let result = try await ingest.ingest(file, isFinal: true) { prompt in
                PromptAnnotation(group: "group", traits: Array(prompt.customID.utf8), expectedTokens: 10)
            }
            if case .unreadable(let batch, let problems) = result {
                try await BatchPublisher(ledger: ledger, layout: layout).reject(batch, problems: problems)
            }
            batches.append(try #require(try await ledger.batch(id: id)))
        }
        return batches
    }

    /// Answers the prompts of a batch, or fails or expires those of some lines, and publishes it.
    func finish(
        _ batch: BatchRecord, failing failed: Set<Int> = [], expiring expired: Set<Int> = []
    ) async throws -> BatchRecord {
        let outcomes = (1...max(1, batch.promptCount)).map { line in
            let response = OutputLine.Response(statusCode: 200, requestID: nil, body: ["line": JSON(line)])
            let isExpired = expired.contains(line)
            let failure = OutputLine.Failure(
                code: isExpired ? "batch_expired" : "engine_unavailable", message: "It is over.", line: line)
            let isFailed = isExpired || failed.contains(line)
            let output = OutputLine(
                id: "test-\(line)", customID: "line-\(line)", response: isFailed ? nil : response,
                error: isFailed ? failure : nil)
            return PromptOutcome(
                key: PromptKey(batch: batch.sequence, line: line), isSuccess: !isFailed,
                outputLine: output.serialized(), timingLine: nil, answer: nil, isExpired: isExpired)
        }
        _ = try await ledger.record(outcomes)
        let taken = try #require(try await ledger.beginPublishing(batch.sequence))
        _ = try await BatchPublisher(ledger: ledger, layout: layout).publish(taken)
        return try #require(try await ledger.batch(sequence: batch.sequence))
    }

    /// Names in a directory, sorted; none where there is none.
    func names(in directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }
}
