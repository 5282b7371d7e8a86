import Foundation
import PromptBatch
import Testing

@testable import Spool

/// A spool with its ledger in a directory of its own, removed with the value.
final class TestSpool: Sendable {
    let layout: SpoolLayout
    var ledgerPath: String { layout.root + "/ledger.sqlite" }

    init() throws {
        var template = Array((NSTemporaryDirectory() + "draftspool-test-XXXXXX").utf8CString)
        let root = try #require(mkdtemp(&template).map { String(cString: $0) })
        layout = SpoolLayout(root: root)
        try layout.create()
    }

    deinit {
        try? FileManager.default.removeItem(atPath: layout.root)
    }

    func openLedger() throws -> Ledger { try Ledger(path: ledgerPath) }

    /// Puts a file into `incoming/`.
    func drop(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: layout.incoming + "/" + name))
    }

    func drop(_ name: String, _ text: String) throws { try drop(name, Array(text.utf8)) }

    /// Puts a file into `incoming/` and claims it.
    func claim(_ name: String, _ bytes: [UInt8]) throws -> ClaimedFile {
        try drop(name, bytes)
        return try #require(
            try ClaimedFile.claim(FileName(name), as: ClaimedFile.makeID(on: LinuxDisk()), in: layout))
    }

    func claim(_ name: String, _ text: String) throws -> ClaimedFile { try claim(name, Array(text.utf8)) }

    /// Claims and reads a file in; fails the test unless it is accepted.
    func accept(_ name: String, _ text: String, into ledger: Ledger) async throws -> BatchRecord {
        let result = try await ingest(try claim(name, text), into: ledger)
        guard case .accepted(let batch, _, _) = result else {
            throw TestFailure("\(name) was not accepted: \(result)")
        }
        return batch
    }

    func ingest(
        _ file: ClaimedFile, into ledger: Ledger, limit: Int = 1 << 20, isFinal: Bool = true
    ) async throws -> BatchIngest.Result {
        let ingest = BatchIngest(ledger: ledger, layout: layout, maximumLineBytes: limit)
        return try await ingest.ingest(file, isFinal: isFinal) { prompt in
            PromptAnnotation(group: "group", traits: Array(prompt.customID.utf8), expectedTokens: 10)
        }
    }

    /// Names in `directory`, sorted.
    func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    /// The text of a file.
    func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// Permission bits of a file.
    static func mode(of path: String) throws -> mode_t {
        var status = stat()
        try #require(lstat(path, &status) == 0, "\(path)")
        return status.st_mode & 0o777
    }
}

/// A test cannot go on.
struct TestFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
