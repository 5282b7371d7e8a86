import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Spool

@Suite struct LineReaderTests {
    /// A line as the test sees it; nil bytes for one that is too long.
    private struct Seen: Equatable {
        let bytes: [UInt8]?
        let offset: Int
        let length: Int
    }

    /// Reads `content` from a file without a name.
    private func read(_ content: [UInt8], limit: Int) throws -> [Seen] {
        var path = Array((NSTemporaryDirectory() + "draftspool-lines-XXXXXX").utf8CString)
        let descriptor = mkstemp(&path)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let file = try LinuxDisk().open(FilePath(platformString: path))
        unlink(path)
        try #require(pwrite(descriptor, content, content.count, 0) == content.count)
        return try read(file, limit: limit)
    }

    private func read(_ file: any DiskFile, limit: Int) throws -> [Seen] {
        var reader = LineReader(file, limit: limit)
        var seen: [Seen] = []
        while let (line, place) = try reader.next() {
            switch line {
            case .tooLong: seen.append(Seen(bytes: nil, offset: place.offset, length: place.length))
            case .bytes(let bytes):
                seen.append(Seen(bytes: Array(bytes), offset: place.offset, length: place.length))
            }
        }
        return seen
    }

    /// Splits a whole text at its newlines; a newline at the end begins no further line.
    private func reference(_ content: [UInt8], limit: Int) -> [Seen] {
        var seen: [Seen] = []
        var offset = 0
        var pieces = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if pieces.last?.isEmpty == true { pieces.removeLast() }
        for piece in pieces {
            seen.append(
                Seen(bytes: piece.count > limit ? nil : Array(piece), offset: offset, length: piece.count))
            offset += piece.count + 1
        }
        return seen
    }

    @Test func randomTextsAreSplitAsTheReferenceDoes() throws {
        var generator = SeededGenerator(seed: 2)
        let alphabet: [UInt8] = Array("ab\r\n\n".utf8) + [0, 0xFF]
        for _ in 0..<200 {
            let count = Int.random(in: 0...200, using: &generator)
            let content = (0..<count).map { _ in alphabet[Int.random(in: 0..<7, using: &generator)] }
            let limit = Int.random(in: 0...12, using: &generator)
            #expect(try read(content, limit: limit) == reference(content, limit: limit))
        }
    }

    /// Lines around the size of the reader's buffer, where it reads more, grows and passes over.
    @Test func longLinesAreSplitAsTheReferenceDoes() throws {
        var generator = SeededGenerator(seed: 3)
        let mebibyte = 1 << 20
        for limit in [1_000, mebibyte - 1, mebibyte, mebibyte + 1] {
            var content: [UInt8] = []
            for _ in 0..<4 {
                let length = [
                    0, 5, limit - 1, limit, limit + 1, mebibyte - 1, mebibyte, mebibyte + 1,
                ][Int.random(in: 0..<8, using: &generator)]
                content += [UInt8](repeating: UInt8(ascii: "x"), count: length)
                content.append(UInt8(ascii: "\n"))
            }
            if Bool.random(using: &generator) { content.removeLast() }
            #expect(try read(content, limit: limit) == reference(content, limit: limit), "limit \(limit)")
        }
    }

    /// Every read may end in the middle of a line.
    @Test func shortReadsMakeNoDifference() throws {
        var generator = SeededGenerator(seed: 4)
        var content: [UInt8] = []
        for line in 0..<300 { content += Array("line \(line)\r\n".utf8) }
        var chunks: [[UInt8]] = []
        var rest = content[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...40, using: &generator)
            chunks.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        var reader = LineReader(SlowFile(chunks), limit: 100)
        var seen: [Seen] = []
        while let (line, place) = try reader.next() {
            guard case .bytes(let bytes) = line else { throw TestFailure("line \(seen.count) too long") }
            seen.append(Seen(bytes: Array(bytes), offset: place.offset, length: place.length))
        }
        #expect(seen == reference(content, limit: 100))
    }

    @Test func theLimitCountsTheLineWithoutItsEnd() throws {
        #expect(try read(Array("abc\nabcd\n".utf8), limit: 3).map { $0.bytes == nil } == [false, true])
    }

    @Test func noFinalNewlineIsNeeded() throws {
        #expect(try read(Array("a\nb".utf8), limit: 9).map(\.offset) == [0, 2])
        #expect(try read([], limit: 9).isEmpty)
        #expect(try read([UInt8(ascii: "\n")], limit: 9) == [Seen(bytes: [], offset: 0, length: 0)])
    }

    @Test func placesLeadBackToTheLine() throws {
        let spool = try TestSpool()
        let content = Array("first\r\n\nthird ✓\nlast".utf8)
        try spool.drop("a", content)
        let path = spool.layout.incoming + "/a"
        let file = try InputFile(path: path)
        for line in try read(file.file, limit: 100) {
            #expect(try file.read(at: line.offset, length: line.length) == line.bytes)
        }
    }
}

/// Gives its content in the pieces it is made of.
private final class SlowFile: DiskFile {
    private let chunks: [[UInt8]]

    init(_ chunks: [[UInt8]]) { self.chunks = chunks }

    func status() -> FileStatus {
        FileStatus(
            kind: .regular, size: chunks.reduce(0) { $0 + $1.count }, inode: 1, modifiedAt: .now,
            changedAt: .now)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
        var start = 0
        for chunk in chunks {
            if offset < start + chunk.count {
                let piece = chunk.dropFirst(offset - start).prefix(buffer.count)
                buffer.copyBytes(from: piece)
                return piece.count
            }
            start += chunk.count
        }
        return 0
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Int { 0 }
    func synchronize() {}
    func nextData(from offset: Int) -> Int { offset }
}
