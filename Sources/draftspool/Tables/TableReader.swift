import CSV
import Foundation
import JSON
import PromptBatch
import Spool

/// Reads a table row by row, in memory bounded by its longest row: comma-separated values with a header, or JSON Lines
/// if it begins with a `{`.
struct TableReader {
    private static let chunkBytes = 1 << 20

    /// A path, or `-` for standard input.
    let source: String
    /// The size limit of the configuration.
    let maximumRowBytes: Int

    private var label: String { source == "-" ? "standard input" : source }

    /// Hands every row to `body`, in order.
    ///
    /// - Throws: ``ToolError`` if the table cannot be read or has no rows, ``TableError`` at a row that is none; what
    ///   `body` throws.
    func forEachRow(_ body: (TableRow) throws -> Void) throws {
        let handle = try opened()
        var head: [UInt8] = []
        while head.count < PromptParser.formatHeadBytes, let piece = try Self.piece(of: handle) {
            head += piece
        }
        try checkText(head)
        var rows = 0
        func counted(_ row: TableRow) throws {
            rows += 1
            try body(row)
        }
        if Self.opening(of: head, bytes: 1) == Self.objectOpening {
            try readObjects(head, handle, counted)
        } else {
            try readFields(head, handle, counted)
        }
        guard rows > 0 else {
            throw ToolError(
                "\(label) has no row", remedy: "a table has a row for each prompt, below its header")
        }
    }

    private func opened() throws -> FileHandle {
        let descriptor = source == "-" ? dup(STDIN_FILENO) : open(source, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw ToolError("cannot read \(label): \(reason)", remedy: "check the path and its permissions")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            throw ToolError("\(label) is a directory", remedy: "name the table in it")
        }
        return handle
    }

    /// The next bytes; nil at the end.
    private static func piece(of handle: FileHandle) throws -> [UInt8]? {
        guard let piece = try handle.read(upToCount: chunkBytes), !piece.isEmpty else { return nil }
        return [UInt8](piece)
    }

    /// Compressed files, spreadsheets, UTF-16 and JSON arrays are told by what they are.
    private func checkText(_ head: [UInt8]) throws(ToolError) {
        let isJSON =
            Self.opening(of: head, bytes: 1) == Self.objectOpening
            || Self.opening(of: head, bytes: 2) == Self.arrayOpening
        do throws(PromptProblem) {
            _ = try PromptParser.format(
                fileName: isJSON ? "table.jsonl" : "table.csv",
                head: Array(head.prefix(PromptParser.formatHeadBytes)))
        } catch {
            throw ToolError("\(label) is no table: \(error.message)", remedy: error.remedy)
        }
    }

    private static let objectOpening = [UInt8(ascii: "{")]
    private static let arrayOpening = [UInt8(ascii: "["), UInt8(ascii: "{")]
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The first bytes that are no white space.
    private static func opening(of head: [UInt8], bytes count: Int) -> [UInt8] {
        let text = head.starts(with: byteOrderMark) ? head.dropFirst(byteOrderMark.count) : head[...]
        let isWhiteSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        return Array(text.lazy.filter { !isWhiteSpace($0) }.prefix(count))
    }

    private func readFields(
        _ head: [UInt8], _ handle: FileHandle, _ body: (TableRow) throws -> Void
    ) throws {
        var parser = CSVParser(maximumRowBytes: maximumRowBytes)
        var header: TableHeader?
        func take(_ row: CSVRow) throws {
            let place = TablePlace(row: row.number, line: row.line)
            guard let known = header else {
                header = TableHeader(names: row.fields, place: place)
                return
            }
            try check(row, place: place, header: known)
            try body(TableRow(file: label, place: place, cells: .fields(row.fields, header: known)))
        }
        do {
            try parser.feed(head, take)
            while let piece = try Self.piece(of: handle) { try parser.feed(piece, take) }
            try parser.finish(take)
        } catch let error as CSVError {
            let names = header?.names ?? []
            throw TableError(
                file: label, place: TablePlace(row: error.row, line: error.line),
                column: error.field <= names.count ? names[error.field - 1] : nil,
                problem: error.problem + (names.isEmpty ? " (field \(error.field))" : ""),
                remedy: error.remedy)
        }
    }

    private func check(_ row: CSVRow, place: TablePlace, header: TableHeader) throws(TableError) {
        let (found, expected) = (row.fields.count, header.names.count)
        guard found != expected else { return }
        throw TableError(
            file: label, place: place, column: found < expected ? header.names[found] : nil,
            problem: "the row has \(FigureText.count(found, "field")), the header \(expected)",
            remedy: found < expected
                ? "add what is missing, if only commas" : "put fields with commas in them in quotes")
    }

    private func readObjects(
        _ head: [UInt8], _ handle: FileHandle, _ body: (TableRow) throws -> Void
    ) throws {
        var lines = TableLines(limit: maximumRowBytes, file: label)
        func take(_ line: [UInt8], _ place: TablePlace) throws {
            guard !PromptParser.isBlank(line) else { return }
            try body(TableRow(file: label, place: place, cells: .object(try object(line, place: place))))
        }
        try lines.feed(head, take)
        while let piece = try Self.piece(of: handle) { try lines.feed(piece, take) }
        try lines.finish(take)
    }

    private func object(_ line: [UInt8], place: TablePlace) throws(TableError) -> JSONObject {
        let text = line.starts(with: Self.byteOrderMark) ? line.dropFirst(3) : line[...]
        do throws(JSONParseError) {
            let value = try JSON.parse(text)
            if case .object(let object) = value { return object }
            throw JSONParseError(kind: .syntax, offset: 0, message: "it is \(value.summary)")
        } catch {
            throw TableError(
                file: label, place: place, column: nil, problem: "the row is no JSON object: \(error)",
                remedy: "write each row as one object on one line, as jq -c . does")
        }
    }
}
