import TestSupport
import Testing

@testable import Forms

@Suite("Multipart over random bodies")
struct MultipartPropertyTests {
    @Test("what is written reads back as it was, cut in two at every byte, and byte by byte")
    func everyCut() throws {
        var generator = SeededGenerator(seed: 41)
        for _ in 0..<40 {
            let contents = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                Self.content(using: &generator)
            }
            let body = Self.body(contents)
            for cut in 0...body.count {
                let parts = try MultipartReading.parts(of: [Array(body[..<cut]), Array(body[cut...])])
                guard parts.map(\.content) == contents else {
                    Issue.record("cut at \(cut), \(body) reads as \(parts)")
                    return
                }
            }
            let singly = try MultipartReading.parts(of: body.map { [$0] })
            #expect(singly.map(\.content) == contents)
        }
    }

    @Test("a body that ends anywhere before its last delimiter is one that broke off")
    func everyEnd() {
        var generator = SeededGenerator(seed: 42)
        let body = Self.body([Self.content(using: &generator), Self.content(using: &generator)])
        // Behind the last delimiter a line end follows.
        for end in 0..<(body.count - 2) {
            #expect(throws: FormError.self, "ended at \(end)") {
                try MultipartReading.parts(of: Array(body[..<end]))
            }
        }
    }

    @Test("damaged bodies never crash, and come out the same however they are cut")
    func mutation() {
        var generator = SeededGenerator(seed: 43)
        for _ in 0..<2_000 {
            var body = Self.body([Self.content(using: &generator), Self.content(using: &generator)])
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<body.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: body[place] = Self.byte(using: &generator)
                case 1: body.remove(at: place)
                default: body.insert(Self.byte(using: &generator), at: place)
                }
            }
            let whole = try? MultipartReading.parts(of: body)
            let cut = Int.random(in: 0...body.count, using: &generator)
            let pieces = try? MultipartReading.parts(of: [Array(body[..<cut]), Array(body[cut...])])
            #expect(whole == pieces)
        }
    }

    /// Contents that look like delimiters, or nearly.
    private static func content(using generator: inout SeededGenerator) -> [UInt8] {
        let pieces = ["\r\n", "\r", "\n", "--", "\r\n--", "\r\n-", "x", "--x", "\r\r\n--", "a", "ü", "{}"]
        var content: [UInt8] = []
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            content += Array((pieces.randomElement(using: &generator) ?? "").utf8)
        }
        // What is a delimiter is none of the content.
        let isFree = !(Array("\r\n".utf8) + content).indices.contains { start in
            (Array("\r\n".utf8) + content)[start...].starts(with: "\r\n--x".utf8)
        }
        return isFree ? content : []
    }

    private static func byte(using generator: inout SeededGenerator) -> UInt8 {
        Array("\r\n-x:;\" a".utf8).randomElement(using: &generator) ?? 0
    }

    private static func body(_ contents: [[UInt8]]) -> [UInt8] {
        let parts = contents.enumerated().flatMap { index, content in
            Array("--x\r\nContent-Disposition: form-data; name=\"f\(index)\"\r\n\r\n".utf8) + content
                + Array("\r\n".utf8)
        }
        return parts + Array("--x--\r\n".utf8)
    }
}
