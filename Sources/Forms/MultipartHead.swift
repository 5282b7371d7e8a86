/// What stands before the content of a part: the field's name and, of a file, what the client calls it.
public struct MultipartHead: Sendable, Hashable {
    public let name: String
    /// Nil for a field that is no file. It is a label and nothing else: any text, also one that looks like a path.
    public let fileName: String?

    /// - Parameter bytes: the header lines, without the empty one after them.
    init(_ bytes: ArraySlice<UInt8>) throws(FormError) {
        var disposition: HeaderValue?
        for line in Self.lines(bytes) {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw FormError("a part has a header that is not UTF-8")
            }
            let parts = text.unicodeScalars.split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw FormError("a part has a line among its headers that is none")
            }
            guard String(String.UnicodeScalarView(parts[0])).lowercased() == "content-disposition" else {
                continue
            }
            guard disposition == nil, let value = HeaderValue(String(String.UnicodeScalarView(parts[1])))
            else {
                throw FormError("a part has a Content-Disposition that cannot be read")
            }
            disposition = value
        }
        guard let found = disposition, found.value == "form-data", let field = found.parameters["name"] else {
            throw FormError("a part has no header Content-Disposition: form-data; name=…")
        }
        name = Self.unescaped(field)
        fileName =
            found.parameters["filename*"].flatMap(Self.extended)
            ?? found.parameters["filename"].map(Self.unescaped)
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes
        while let end = rest.indices.first(where: { rest[$0...].starts(with: MultipartParser.lineEnd) }) {
            lines.append(rest[..<end])
            rest = rest[(end + MultipartParser.lineEnd.count)...]
        }
        return rest.isEmpty ? lines : lines + [rest]
    }

    /// The three characters that browsers, and programs like them, escape in names.
    private static func unescaped(_ text: String) -> String {
        [("%22", "\""), ("%0D", "\r"), ("%0A", "\n")].reduce(text) { text, escape in
            text.replacing(escape.0, with: escape.1)
        }
    }

    /// `UTF-8''na%C3%AFve.jsonl` (RFC 8187), which clients write although RFC 7578 has them not.
    private static func extended(_ text: String) -> String? {
        let parts = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].lowercased() == "utf-8" else { return nil }
        return PercentEncoding.decoded(parts[2])
    }
}
