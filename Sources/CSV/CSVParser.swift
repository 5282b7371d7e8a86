/// Reads comma-separated values (RFC 4180), strictly and piece by piece, in memory bounded by the longest row.
///
/// A field in quotes may hold commas, line ends and doubled quotes, and is kept byte for byte; white space is part of
/// a field. Rows end with CRLF or LF. A UTF-8 byte order mark and empty rows are passed over. A quote in the midst of a
/// bare field, text after a closing quote, a quote that is never closed, a carriage return on its own and bytes that
/// are not UTF-8 are errors: guessing what was meant would shift every column after it.
public struct CSVParser: Sendable {
    private enum State {
        case beforeField, inBareField, inQuotes, afterQuote, afterCarriageReturn
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private let maximumRowBytes: Int
    private var state = State.beforeField
    private var field: [UInt8] = []
    private var isQuoted = false
    private var fields: [String] = []
    private var rowNumber = 1
    private var rowLine = 1
    private var rowBytes = 0
    private var line = 1
    /// Where the quote stands that is open.
    private var quoteLine = 1
    /// What the text may still begin with that is no part of it.
    private var mark = Self.byteOrderMark[...]

    /// - Parameter maximumRowBytes: a longer row is an error, so that a quote that is never closed cannot take a whole
    ///   file into memory.
    public init(maximumRowBytes: Int = 16 << 20) {
        self.maximumRowBytes = maximumRowBytes
    }

    /// Reads on, and gives `body` each row that is complete. The pieces may be cut anywhere.
    ///
    /// - Throws: ``CSVError`` at the first thing that is wrong, after which the parser is of no use; what `body` throws.
    public mutating func feed(_ bytes: [UInt8], _ body: (CSVRow) throws -> Void) throws {
        for byte in bytes {
            if let expected = mark.first {
                if byte == expected {
                    mark.removeFirst()
                    continue
                }
                try takeMarkAsText(body)
            }
            try take(byte, body)
        }
    }

    /// Ends the text.
    ///
    /// - Parameter body: is given the last row if no line end follows it.
    /// - Throws: as ``feed(_:_:)``.
    public mutating func finish(_ body: (CSVRow) throws -> Void) throws {
        try takeMarkAsText(body)
        switch state {
        case .inQuotes:
            line = quoteLine
            throw error("the quote that opens this field is never closed", remedy: "close it")
        case .afterCarriageReturn:
            throw loneCarriageReturn
        case .beforeField where fields.isEmpty:
            return
        case .beforeField, .inBareField, .afterQuote:
            try endRow(body)
        }
    }

    /// The text began as a byte order mark does, but went on otherwise.
    private mutating func takeMarkAsText(_ body: (CSVRow) throws -> Void) throws {
        let begun = mark.isEmpty ? [] : Self.byteOrderMark.dropLast(mark.count)
        mark = []
        for byte in begun { try take(byte, body) }
    }

    private mutating func take(_ byte: UInt8, _ body: (CSVRow) throws -> Void) throws {
        rowBytes += 1
        guard rowBytes <= maximumRowBytes else {
            let remedy = "look for a quote that is not closed, or raise the size limit in the configuration"
            throw error("the row has more than \(maximumRowBytes) bytes", remedy: remedy)
        }
        switch state {
        case .inQuotes where byte == UInt8(ascii: "\""):
            state = .afterQuote
        case .inQuotes:
            if byte == UInt8(ascii: "\n") { line += 1 }
            field.append(byte)
        case .afterQuote where byte == UInt8(ascii: "\""):
            field.append(byte)
            state = .inQuotes
        case .beforeField where byte == UInt8(ascii: "\""):
            isQuoted = true
            quoteLine = line
            state = .inQuotes
        case .afterCarriageReturn:
            guard byte == UInt8(ascii: "\n") else { throw loneCarriageReturn }
            try endRow(body)
        case .beforeField, .inBareField, .afterQuote:
            try takeOutsideQuotes(byte, body)
        }
    }

    private mutating func takeOutsideQuotes(_ byte: UInt8, _ body: (CSVRow) throws -> Void) throws {
        switch byte {
        case UInt8(ascii: ","):
            try endField()
        case UInt8(ascii: "\n"):
            try endRow(body)
        case UInt8(ascii: "\r"):
            state = .afterCarriageReturn
        case _ where state == .afterQuote:
            let remedy = "double the quotes that are part of the text: \"He said \"\"no\"\"\""
            throw error("there is text after the closing quote", remedy: remedy)
        case UInt8(ascii: "\""):
            let remedy = "put the whole field in quotes and double those in it"
            throw error("there is a quote in a field that does not begin with one", remedy: remedy)
        default:
            field.append(byte)
            state = .inBareField
        }
    }

    private mutating func endField() throws {
        guard let text = String(validating: field, as: UTF8.self) else {
            let remedy = "save the table as UTF-8 (for example with iconv -f LATIN1 -t UTF-8)"
            throw error("the field is not valid UTF-8", remedy: remedy)
        }
        fields.append(text)
        field.removeAll(keepingCapacity: true)
        state = .beforeField
    }

    private mutating func endRow(_ body: (CSVRow) throws -> Void) throws {
        let isEmpty = fields.isEmpty && field.isEmpty && !isQuoted
        if !isEmpty {
            try endField()
            try body(CSVRow(number: rowNumber, line: rowLine, fields: fields))
        }
        fields.removeAll(keepingCapacity: true)
        isQuoted = false
        rowNumber += 1
        line += 1
        rowLine = line
        rowBytes = 0
        state = .beforeField
    }

    private var loneCarriageReturn: CSVError {
        error(
            "there is a carriage return that no line feed follows",
            remedy: "end rows with CRLF or LF, and put a field with line ends in quotes")
    }

    private func error(_ problem: String, remedy: String) -> CSVError {
        CSVError(row: rowNumber, line: line, field: fields.count + 1, problem: problem, remedy: remedy)
    }
}
