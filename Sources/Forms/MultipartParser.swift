import Glibc

/// Takes a body of multipart/form-data (RFC 7578) apart as it comes, in memory bounded by a part's headers.
///
/// What stands before the first delimiter and after the last one is passed over, as RFC 2046 has it. Everything else is
/// taken strictly: lines end with CRLF, every part has its Content-Disposition, and a body without its last delimiter is
/// one that broke off.
public struct MultipartParser: Sendable {
    /// What the body goes on with.
    public enum Event: Sendable {
        case part(MultipartHead)
        /// Some of the part's content.
        case content(ArraySlice<UInt8>)
        case endOfPart
    }

    private enum State {
        case beforeFirstPart, afterDelimiter, inHead, inContent, afterLastPart
    }

    static let lineEnd: [UInt8] = [0x0D, 0x0A]
    private static let maximumHeadBytes = 16 << 10
    /// Blanks between a delimiter and its line end.
    private static let maximumPadding = 64
    /// Beside letters and digits, what a boundary may consist of (RFC 2046, section 5.1.1).
    private static let boundarySymbols = Set("'()+_,-./:=? ".utf8)

    /// With the line end before it, which is no part of the content.
    private let delimiter: [UInt8]
    private var state = State.beforeFirstPart
    /// Bytes that say nothing without those that follow. The first delimiter needs no line before it.
    private var rest = Self.lineEnd

    /// - Parameter boundary: the parameter of the Content-Type.
    /// - Throws: ``FormError`` for one that is none.
    public init(boundary: String) throws(FormError) {
        let bytes = Array(boundary.utf8)
        guard (1...70).contains(bytes.count), bytes.last != UInt8(ascii: " "),
            bytes.allSatisfy({ Self.isAlphanumeric($0) || Self.boundarySymbols.contains($0) })
        else { throw FormError("the Content-Type has no boundary of 1 to 70 letters, digits and symbols") }
        delimiter = Self.lineEnd + Array("--".utf8) + bytes
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    /// Reads on. The pieces may be cut anywhere.
    ///
    /// - Throws: ``FormError`` at the first thing that is wrong, after which the parser is of no use; what `body` throws.
    public mutating func feed(_ piece: some Collection<UInt8>, _ body: (Event) throws -> Void) throws {
        var bytes = rest
        bytes.append(contentsOf: piece)
        var position = 0
        while try step(bytes, &position, body) {}
        rest = Array(bytes[position...])
    }

    /// Ends the body.
    ///
    /// - Throws: ``FormError`` if it broke off.
    public func finish() throws(FormError) {
        guard state == .afterLastPart else {
            throw FormError("the body broke off: its last delimiter is missing")
        }
    }

    /// Takes what is next.
    ///
    /// - Returns: False if that needs more bytes.
    private mutating func step(
        _ bytes: [UInt8], _ position: inout Int, _ body: (Event) throws -> Void
    ) throws -> Bool {
        switch state {
        case .beforeFirstPart, .inContent:
            let (end, isDelimiter) = search(bytes, from: position)
            if state == .inContent, end > position { try body(.content(bytes[position..<end])) }
            position = end
            guard isDelimiter else { return false }
            if state == .inContent { try body(.endOfPart) }
            position += delimiter.count
            state = .afterDelimiter
            return true
        case .afterDelimiter: return try stepAfterDelimiter(bytes, &position)
        case .inHead: return try stepInHead(bytes, &position, body)
        case .afterLastPart:
            position = bytes.count
            return false
        }
    }

    private mutating func stepAfterDelimiter(_ bytes: [UInt8], _ position: inout Int) throws(FormError)
        -> Bool
    {
        guard bytes.count >= position + 2 else { return false }
        if bytes[position...].starts(with: "--".utf8) {
            position += 2
            state = .afterLastPart
            return true
        }
        let padding = bytes[position...].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard padding.count <= Self.maximumPadding else {
            throw FormError("a delimiter is followed by too many blanks")
        }
        guard bytes.count >= padding.endIndex + 2 else { return false }
        guard bytes[padding.endIndex...].starts(with: Self.lineEnd) else {
            throw FormError("a delimiter is followed by something else than a line end")
        }
        position = padding.endIndex + 2
        state = .inHead
        return true
    }

    private mutating func stepInHead(
        _ bytes: [UInt8], _ position: inout Int, _ body: (Event) throws -> Void
    ) throws -> Bool {
        let end = Self.lineEnd + Self.lineEnd
        let first = position
        let place = bytes.indices[first...].first { bytes[$0...].starts(with: end) }
        guard (place ?? bytes.count) - first <= Self.maximumHeadBytes else {
            throw FormError("a part has more than \(Self.maximumHeadBytes) bytes of headers")
        }
        guard let place else { return false }
        try body(.part(try MultipartHead(bytes[first..<place])))
        position = place + end.count
        state = .inContent
        return true
    }

    /// Where the next delimiter begins, or what may be the beginning of one at the end of the bytes.
    private func search(_ bytes: [UInt8], from start: Int) -> (end: Int, isDelimiter: Bool) {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return (start, false) }
            var position = start
            while position < buffer.count,
                let found = memchr(base + position, Int32(Self.lineEnd[0]), buffer.count - position)
            {
                position = base.distance(to: UnsafeRawPointer(found))
                let length = min(delimiter.count, buffer.count - position)
                if memcmp(base + position, delimiter, length) == 0 {
                    return (position, length == delimiter.count)
                }
                position += 1
            }
            return (buffer.count, false)
        }
    }
}
