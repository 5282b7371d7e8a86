import Forms

/// A form read whole is the form read in pieces, and no content comes out that did not go in.
@Sendable func fuzzMultipart(_ bytes: UnsafeRawBufferPointer) {
    let length = Int(bytes.first ?? 0) % 16 + 1
    let body = Array(bytes.dropFirst())
    let pieces = stride(from: 0, to: body.count, by: length).map {
        Array(body[$0..<min($0 + length, body.count)])
    }
    let whole = try? parts([body])
    require((try? parts(pieces)) == whole, "pieces of \(length) make the same form")
    require((whole ?? []).reduce(0) { $0 + $1.content.count } <= body.count, "content is part of the body")
}

private struct Part: Equatable {
    let head: MultipartHead
    var content: [UInt8] = []
}

private func parts(_ pieces: [[UInt8]]) throws -> [Part] {
    var parser = try MultipartParser(boundary: "b")
    var parts: [Part] = []
    for piece in pieces {
        try parser.feed(piece) { event in
            switch event {
            case .part(let head): parts.append(Part(head: head))
            case .content(let bytes): parts[parts.count - 1].content += bytes
            case .endOfPart: break
            }
        }
    }
    try parser.finish()
    return parts
}

/// Query strings, header values and boundaries: what is accepted is what was written.
@Sendable func fuzzQuery(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let items = try? QueryItems(text), let value = items["a"] {
        require(value.utf8.count <= text.utf8.count, "a value is no longer than its query")
    }
    if let value = HeaderValue(text) {
        require(value.parameters.keys.allSatisfy { !$0.isEmpty }, "every parameter has a name")
        if let boundary = value.parameters["boundary"] { _ = try? MultipartParser(boundary: boundary) }
    }
    let escaped = bytes.map { byte in
        let digits = String(byte, radix: 16)
        return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
    require(PercentEncoding.decoded(escaped) == String(validating: bytes, as: UTF8.self), "escapes read back")
}
