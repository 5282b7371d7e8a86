@testable import Forms

/// Reads whole bodies for tests.
enum MultipartReading {
    struct Part: Hashable {
        let head: MultipartHead
        var content: [UInt8] = []

        var text: String { String(decoding: content, as: UTF8.self) }
    }

    /// The parts of a body that comes in pieces.
    static func parts(of pieces: [[UInt8]], boundary: String = "x") throws -> [Part] {
        var parser = try MultipartParser(boundary: boundary)
        var parts: [Part] = []
        var isOpen = false
        for piece in pieces {
            try parser.feed(piece) { event in
                switch event {
                case .part(let head):
                    guard !isOpen else { throw FormError("a part begins in another") }
                    isOpen = true
                    parts.append(Part(head: head))
                case .content(let bytes):
                    guard isOpen, !bytes.isEmpty else { throw FormError("content of no part, or none") }
                    parts[parts.count - 1].content += bytes
                case .endOfPart:
                    guard isOpen else { throw FormError("an end of no part") }
                    isOpen = false
                }
            }
        }
        try parser.finish()
        return parts
    }

    static func parts(of body: [UInt8]) throws -> [Part] { try parts(of: [body]) }
}
