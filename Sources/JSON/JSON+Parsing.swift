extension JSON {
    /// Reads one JSON text (RFC 8259, strictly: no comments, no trailing commas, no other top-level text) in UTF-8 without
    /// a byte order mark.
    ///
    /// A member name that appears twice in one object and text that is not UTF-8 are errors. An escaped lone
    /// surrogate (`\ud800`), which no Unicode text can hold, becomes U+FFFD. Time is linear in the length.
    ///
    /// - Throws: ``JSONParseError`` with the byte offset of the first thing that is wrong.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()
    ) throws(JSONParseError) -> JSON {
        var parser = JSONParser(bytes: bytes, limits: limits)
        return try parser.parseText()
    }

    /// Reads one JSON text from any collection of bytes; see ``parse(_:limits:)-(UnsafeRawBufferPointer,_)``.
    ///
    /// - Throws: ``JSONParseError`` with the byte offset of the first thing that is wrong.
    public static func parse(
        _ bytes: some Collection<UInt8>, limits: JSONLimits = JSONLimits()
    ) throws(JSONParseError) -> JSON {
        let result = Array(bytes).withUnsafeBytes { buffer -> Result<JSON, JSONParseError> in
            do throws(JSONParseError) {
                return .success(try parse(buffer, limits: limits))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}
