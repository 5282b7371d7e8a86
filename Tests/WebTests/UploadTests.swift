import Foundation
import Spool
import Testing

@testable import Forms
@testable import Web

@Suite struct UploadTests {
    private static let contentType = "multipart/form-data; boundary=b"

    private func field(_ name: String, _ value: String) -> String {
        "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    private func file(_ content: String, name: String = "a.jsonl") -> String {
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n\(content)\r\n"
    }

    /// Takes a form, in pieces; like the route, leaves nothing of one that is wrong.
    private func take(
        _ body: String, type: String? = contentType, pieces length: Int = 7, _ uploads: UploadStore
    ) throws -> Upload {
        let form = try UploadForm(contentType: type, store: uploads)
        do {
            var rest = Array(body.utf8)[...]
            while !rest.isEmpty {
                try form.take(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            return try form.finish()
        } catch {
            form.discard()
            throw error
        }
    }

    @Test(arguments: [1, 2, 7, 1000])
    func isOnDiskAndKept(pieces: Int) throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let body = field("purpose", "batch") + file("one\r\n--two\n") + "--b--\r\n"
        let upload = try take(body, pieces: pieces, uploads)
        #expect(upload.fileName == "a.jsonl")
        #expect(upload.bytes == 11)
        let again = try site.openUploads()
        #expect(again.all == [upload])
        #expect(
            try String(contentsOfFile: again.contentPath(of: upload.id), encoding: .utf8) == "one\r\n--two\n")
    }

    @Test func theFileMayComeFirst() throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let upload = try take(file("x") + field("purpose", "batch") + "--b--", uploads)
        #expect(uploads[upload.id] == upload)
    }

    /// Forms that are refused, and the parameter that is named.
    @Test(arguments: [
        (#"PURPOSE FILE FILE END"#, "file"), ("PURPOSE END", "file"), ("FILE END", "purpose"),
        ("WRONG FILE END", "purpose"), ("PURPOSE EMPTY END", "file"), ("PURPOSE FILE OTHER END", "other"),
        ("FILE EXPIRES END", "expires_after[anchor]"),
    ])
    func leavesNothingOfAFormThatIsWrong(_ words: String, _ param: String) throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let parts = [
            "PURPOSE": field("purpose", "batch"), "WRONG": field("purpose", "fine-tune"), "FILE": file("x"),
            "EMPTY": file(""), "OTHER": field("other", "1"),
            "EXPIRES": field("expires_after[anchor]", "created_at"),
            "END": "--b--\r\n",
        ]
        let body = words.split(separator: " ").compactMap { parts[String($0)] }.joined()
        let error = #expect(throws: APIError.self) { try take(body, uploads) }
        #expect(error?.param == param)
        #expect(site.names(in: site.layout.api + "/files").isEmpty)
        #expect(uploads.all.isEmpty)
    }

    @Test func leavesNothingOfABodyThatBreaksOff() throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let body = field("purpose", "batch") + file("some content") + "--b--\r\n"
        for length in stride(from: 0, to: body.utf8.count - 4, by: 5) {
            let part = String(decoding: Array(body.utf8).prefix(length), as: UTF8.self)
            #expect(throws: FormError.self) { try take(part, uploads) }
        }
        #expect(site.names(in: site.layout.api + "/files").isEmpty)
    }

    @Test(arguments: [
        nil, "", "application/json", "multipart/form-data", "multipart/form-data; boundary=\"\"",
    ])
    func takesFormsOnly(_ type: String?) throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        #expect(throws: (any Error).self) { try take("", type: type, uploads) }
    }

    @Test func aLongFieldIsRefused() throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let error = #expect(throws: APIError.self) {
            try take(field("purpose", String(repeating: "x", count: 10_000)) + "--b--", uploads)
        }
        #expect(error?.status == .contentTooLarge)
    }

    @Test func deletedOnesAreGone() throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let upload = try site.upload("x", to: uploads)
        #expect(try uploads.delete(upload.id))
        #expect(try !uploads.delete(upload.id))
        #expect(uploads.all.isEmpty)
        #expect(try site.openUploads().all.isEmpty)
        #expect(site.names(in: site.layout.api + "/files").isEmpty)
    }

    /// A process that is killed after any of its steps leaves the whole upload or nothing.
    @Test func isThereWholeOrNotAtAll() throws {
        for steps in 0... {
            let site = try WebSite()
            let disk = StoppingDisk(after: steps)
            let isKept = (try? site.upload("content", to: try site.openUploads(on: disk))) != nil
            let found = try site.openUploads()
            if isKept { #expect(found.all.count == 1, "after \(steps) steps") }
            for upload in found.all {
                #expect(upload.bytes == 7)
                #expect(
                    try String(contentsOfFile: found.contentPath(of: upload.id), encoding: .utf8) == "content"
                )
            }
            #expect(
                site.names(in: site.layout.api + "/files").count == found.all.count, "after \(steps) steps")
            if !disk.hasStopped { return }
        }
    }

    /// A disk that refuses one step and goes on leaves the whole upload or nothing.
    @Test func leavesNothingWhereItIsNotKept() throws {
        let body = field("purpose", "batch") + file("content") + "--b--\r\n"
        for steps in 0... {
            let site = try WebSite()
            let disk = StoppingDisk(after: steps, goesOn: true)
            do {
                _ = try take(body, try site.openUploads(on: disk))
                #expect(try site.openUploads().all.count == 1)
            } catch {
                #expect(site.names(in: site.layout.api + "/files").isEmpty, "after \(steps) steps")
            }
            if !disk.hasStopped { return }
        }
    }

    /// Snapshots, what NFS keeps of open files, and whatever else somebody's file system or program hides there.
    @Test func leavesHiddenFilesThatAreNotItsOwn() throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let upload = try site.upload("x", to: uploads)
        let directory = site.layout.api + "/files"
        for name in [".snapshot", ".\(FileID.makeUpload()).part", ".deleted-1"] {
            try FileManager.default.createDirectory(
                atPath: directory + "/" + name, withIntermediateDirectories: false)
        }
        #expect(try site.openUploads().all == [upload])
        #expect(site.names(in: directory) == [".snapshot", upload.id])
    }

    @Test func aDamagedRecordIsPassedOver() throws {
        let site = try WebSite()
        let uploads = try site.openUploads()
        let damaged = try site.upload("x", to: uploads)
        let whole = try site.upload("y", to: uploads)
        let record = site.layout.api + "/files/\(damaged.id)/file.json"
        try Data("{".utf8).write(to: URL(fileURLWithPath: record))
        #expect(try site.openUploads().all == [whole])
        #expect(FileManager.default.fileExists(atPath: record))
    }
}
