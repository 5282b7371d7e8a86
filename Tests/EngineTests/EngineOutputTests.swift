import TestSupport
import Testing

@testable import Engine

@Suite("What an engine prints")
struct EngineOutputTests {
    @Test("output is cut into the same lines however it arrives")
    func lines() {
        let text = "one\ntwo\r\n\n\u{e9}three\nlast without end"
        let expected = ["one", "two", "\u{e9}three", "last without end"]
        var random = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            var splitter = LineSplitter()
            var lines: [String] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...5, using: &random)
                lines += splitter.feed(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            if let last = splitter.finish() { lines.append(last) }
            #expect(lines == expected)
        }
    }

    @Test("a line without end is held to a bound")
    func endlessLine() {
        var splitter = LineSplitter()
        #expect(splitter.feed(repeatElement(UInt8(ascii: "x"), count: 100_000)).isEmpty)
        let lines = splitter.feed(Array("\nnext\n".utf8))
        #expect(lines.map(\.utf8.count) == [LineSplitter.maximumLineBytes, 4])
    }

    @Test("the last words are the last ones")
    func lastWords() {
        let words = LastWords(capacity: 3)
        for number in 1...5 { words.add("\(number)") }
        #expect(words.lines == ["3", "4", "5"])
    }
}
