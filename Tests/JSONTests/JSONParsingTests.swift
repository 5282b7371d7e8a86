import JSON
import Testing

@Suite("Reading JSON")
struct JSONParsingTests {
    private func parse(_ text: String) throws -> JSON { try JSON.parse(text.utf8) }

    @Test("keeps member order, number literals and every kind of value")
    func keepsWhatWasWritten() throws {
        let text = #"{"z":1.0,"a":[1e0,-0,12345678901234567890123,true,false,null],"m":{"é":"中😀"}}"#
        let value = try parse(text)
        #expect(value.text == text)
        #expect(value.objectValue?.keys == ["z", "a", "m"])
        #expect(value["a"]?[2] == .number("12345678901234567890123"))
        #expect(value["m"]?["é"]?.stringValue == "中😀")
    }

    @Test("allows white space around everything")
    func allowsWhiteSpace() throws {
        #expect(try parse(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n").text == #"{"a":[1,2],"b":{}}"#)
        #expect(try parse("[ ]") == .array([]))
    }

    @Test(
        "reads escapes",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u4E2D""#, "Aé中"),
            (#""\ud83d\ude00!""#, "😀!"),
            (#""\u0000""#, "\u{0}"),
            (#""é\né""#, "é\né"),
        ])
    func readsEscapes(text: String, expected: String) throws {
        #expect(try parse(text).stringValue == expected)
    }

    @Test(
        "replaces lone surrogates",
        arguments: [
            (#""\ud800""#, "\u{FFFD}"), (#""\udc00x""#, "\u{FFFD}x"),
            (#""\ud800\ud800""#, "\u{FFFD}\u{FFFD}"),
            (#""\ud800\n""#, "\u{FFFD}\n"), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
        ])
    func replacesLoneSurrogates(text: String, expected: String) throws {
        #expect(try parse(text).stringValue == expected)
    }

    @Test(
        "refuses what RFC 8259 does not allow, with the offset",
        arguments: [
            ("", 0), ("   ", 3), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("01", 1), ("1.", 2), ("-", 1),
            (".5", 0),
            ("+1", 0), ("1e", 2), ("tru", 3), ("trux", 3), ("nul", 3), ("NaN", 0), ("'a'", 0), ("{a:1}", 1),
            ("\"abc", 4), ("\"a\nb\"", 2), ("\"\\x\"", 2), ("\"\\u12g4\"", 5), ("1 2", 2), ("[1 2]", 3),
            ("{\"a\" 1}", 5), ("[1", 2), ("// c", 0), ("\u{FEFF}1", 0), ("\"\\", 2),
        ])
    func refusesMalformed(text: String, offset: Int) {
        let error = #expect(throws: JSONParseError.self) { try parse(text) }
        #expect(error?.offset == offset)
    }

    @Test("refuses a member name that appears twice, in small and large objects")
    func refusesDuplicates() {
        let small = #expect(throws: JSONParseError.self) { try parse(#"{"a":1,"b":2,"a":3}"#) }
        #expect(small?.kind == .duplicateKey)
        #expect(small?.offset == 13)
        let members = (0..<200).map { "\"k\($0)\":\($0)" } + ["\"k7\":0"]
        let large = #expect(throws: JSONParseError.self) { try parse("{\(members.joined(separator: ","))}") }
        #expect(large?.kind == .duplicateKey)
    }

    @Test("keeps members whose names differ only in normalisation")
    func keepsCanonicalEquivalents() throws {
        for filler in ["", (0..<20).map { "\"k\($0)\":0," }.joined()] {
            let text = "{\(filler)\"\u{E9}\":1,\"e\u{301}\":2}"
            #expect(Array(try parse(text).serialized()) == Array(text.utf8))
        }
    }

    @Test(
        "refuses bytes that are not UTF-8, with the offset of the first",
        arguments: [
            ([0x22, 0x61, 0xFF, 0x22], 2), ([0x22, 0xC3, 0x22], 1), ([0x22, 0xED, 0xA0, 0x80, 0x22], 1),
            ([0x22, 0xC3, 0xA9, 0x5C, 0x6E, 0x80, 0x22], 5), ([0x22, 0xC0, 0x80, 0x22], 1),
            ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1),
        ] as [([UInt8], Int)])
    func refusesInvalidUTF8(bytes: [UInt8], offset: Int) {
        let error = #expect(throws: JSONParseError.self) { try JSON.parse(bytes) }
        #expect(error?.kind == .invalidUTF8)
        #expect(error?.offset == offset)
    }

    @Test("bounds the depth, whatever a text or a caller asks for")
    func boundsDepth() throws {
        let nested = { (depth: Int) in
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try parse(nested(128)) }
        #expect(throws: JSONParseError.self) { try parse(nested(129)) }
        let greatest = JSONLimits(maximumDepth: .max)
        #expect(greatest.maximumDepth == JSONLimits.greatestDepth)
        let error = #expect(throws: JSONParseError.self) {
            try JSON.parse(String(repeating: "[", count: 1_000_000).utf8, limits: greatest)
        }
        #expect(error?.kind == .tooDeep)
        let siblings = "[" + Array(repeating: "[[]]", count: 500).joined(separator: ",") + "]"
        #expect(throws: Never.self) { try parse(siblings) }
    }

    @Test(
        "tells whole numbers and doubles from the rest",
        arguments: [
            ("3", 3, 3.0), ("3.0", 3, 3.0), ("3e2", 300, 300), ("3.5", nil, 3.5), ("-0", 0, 0.0),
            ("9223372036854775807", Int.max, 9.223372036854775807e18), ("1e400", nil, nil),
            ("\"3\"", nil, nil),
        ] as [(String, Int?, Double?)])
    func readsNumbers(text: String, whole: Int?, double: Double?) throws {
        let value = try parse(text)
        #expect(value.intValue == whole)
        #expect(value.doubleValue == double)
    }

    @Test("finds every special byte at every place of the eight-byte scan")
    func scansWords() throws {
        let specials = ["é": "é", "😀": "😀", "\\n": "\n", "\\\"": "\"", "\\u0041": "A"]
        for length in 0...18 {
            for place in 0...length {
                let head = String(repeating: "x", count: place)
                let tail = String(repeating: "y", count: length - place)
                for (special, meaning) in specials
                where try parse("\"\(head)\(special)\(tail)\"").stringValue != head + meaning + tail {
                    Issue.record("\(special) at \(place) of \(length)")
                }
                do throws(JSONParseError) {
                    _ = try JSON.parse("\"\(head)\u{1}\(tail)\"".utf8)
                    Issue.record("a bare control character at \(place) of \(length) was accepted")
                } catch {
                    if error.offset != place + 1 { Issue.record("\(error) at \(place) of \(length)") }
                }
            }
        }
    }
}
