/// Writes comma-separated values (RFC 4180) as ``CSVParser`` reads them.
public enum CSVText {
    /// A row of at least one field, with its CRLF. Fields are put in quotes where they need it.
    public static func row(_ fields: [String]) -> [UInt8] {
        var row: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { row.append(UInt8(ascii: ",")) }
            append(field, isAlone: fields.count == 1, to: &row)
        }
        row.append(contentsOf: "\r\n".utf8)
        return row
    }

    private static func append(_ field: String, isAlone: Bool, to row: inout [UInt8]) {
        let bytes = Array(field.utf8)
        // A row that is nothing would be an empty one, and a byte order mark no part of the text.
        let needsQuotes =
            bytes.contains(where: isSpecial) || isAlone && bytes.isEmpty || bytes.starts(with: byteOrderMark)
        guard needsQuotes else {
            row.append(contentsOf: bytes)
            return
        }
        row.append(UInt8(ascii: "\""))
        for byte in bytes {
            if byte == UInt8(ascii: "\"") { row.append(byte) }
            row.append(byte)
        }
        row.append(UInt8(ascii: "\""))
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
        // Some programs take these for separators too, and then find a cell in the middle of a text.
        case UInt8(ascii: ";"), UInt8(ascii: "\t"): true
        default: false
        }
    }
}
