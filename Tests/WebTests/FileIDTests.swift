import Foundation
import Testing

@testable import Web

@Suite struct FileIDTests {
    @Test(arguments: [
        "file-0123456789abcdef01234567", "file-output-20261128-030531-dfcba790",
        "file-errors-20261128-030531-dfcba790",
        "file-input-20261128-030531-dfcba790",
    ])
    func isWrittenAsItIsRead(_ text: String) throws {
        #expect(try #require(FileID(text)).text == text)
    }

    @Test(arguments: [
        "", "file-", "file-0123456789abcdef0123456", "file-0123456789abcdef012345678",
        "file-0123456789ABCDEF01234567",
        "file-../../../../etc/passwd0", "file-output-", "file-output-../x", "file-output-a/b", "file-other-1",
        "batch_1",
        "file-output-" + String(repeating: "a", count: 65),
    ])
    func isNothingElse(_ text: String) {
        #expect(FileID(text) == nil)
    }

    @Test func newOnesAreOne() {
        let ids = Set((0..<100).map { _ in FileID.makeUpload() })
        #expect(ids.count == 100)
        #expect(ids.allSatisfy { FileID($0) == .upload($0) })
    }

    /// What the client calls its file, and what that is called in the spool.
    @Test(arguments: [
        ("a.jsonl", "a.jsonl"), ("a.json", "a.jsonl"), ("a", "a.jsonl"), ("a.b.jsonl", "a.b.jsonl"),
        ("../../etc/passwd", "passwd.jsonl"), ("C:\\temp\\in.jsonl", "in.jsonl"), ("..", "batch.jsonl"),
        ("", "batch.jsonl"), ("/", "batch.jsonl"), (".hidden.jsonl", "hidden.jsonl"),
        ("a\0b\n.txt", "a%00b%0A.jsonl"),
        ("x.part", "x.jsonl"), ("x~", "x~.jsonl"), ("Straße.jsonl", "Straße.jsonl"),
    ])
    func anUploadIsDroppedAsABatchFile(_ fileName: String, _ dropped: String) {
        let upload = Upload(id: "", fileName: fileName, bytes: 1, createdAt: .now)
        #expect(upload.dropName == dropped)
    }

    @Test func aLongNameIsCut() {
        let upload = Upload(id: "", fileName: String(repeating: "ü", count: 300), bytes: 1, createdAt: .now)
        #expect(upload.dropName.utf8.count <= 200)
        #expect(upload.dropName.hasSuffix("ü.jsonl"))
    }
}
