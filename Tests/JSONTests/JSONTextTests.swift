import JSON
import TestSupport
import Testing

@Suite("A JSON text kept as it was written")
struct JSONTextTests {
    @Test(
        "keeps its bytes",
        arguments: [
            #"{"b":1.0,"a":[1e0,-0],"a":2}"#, #"{ "a" : [ 1 , 2 ] }"#, #""\u00e9\/\ud800é""#, "0.10e+05",
            "null",
            #"{"":{"":""}}"#, "\"\u{2028}\u{85}\"",
        ])
    func bytes(text: String) throws {
        #expect(try JSONText(Array(text.utf8)).bytes == Array(text.utf8))
    }

    @Test("loses its line breaks, and white space around it")
    func oneLine() throws {
        let text = try JSONText(Array("\r\n {\n\t\"a\": [\r\n1,\n 2],\r\"b\":\"\\n\"}\t\n".utf8))
        #expect(String(decoding: text.bytes, as: UTF8.self) == "{\t\"a\": [1, 2],\"b\":\"\\n\"}")
        #expect(text["a"]?[1] == 2 && text["b"] == "\n")
    }

    @Test("takes the last of several members with one name, as most parsers do")
    func duplicates() throws {
        let text = try JSONText(Array(#"{"a":{"x":1},"b":2,"a":{"x":3,"x":[4]}}"#.utf8))
        #expect(text["a"]?["x"]?[0] == 4)
        #expect(text.member("a").map { String(decoding: $0.bytes, as: UTF8.self) } == #"{"x":3,"x":[4]}"#)
    }

    @Test(
        "is not anything else than JSON",
        arguments: ["", " ", "{", "{} {}", "{'a':1}", "[1,]", "\"a\nb\"", "nul", "\u{FEFF}{}"])
    func refuses(text: String) {
        #expect(throws: JSONParseError.self) { try JSONText(Array(text.utf8)) }
    }

    @Test("is not bytes that are not UTF-8, nor too deep")
    func refusesBytes() {
        #expect(throws: JSONParseError.self) { try JSONText([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONParseError.self) {
            try JSONText([UInt8](repeating: UInt8(ascii: "["), count: 200))
        }
    }

    @Test(
        "finds members whatever stands in and around them",
        arguments: [
            (#"{"a":"}\",{","b":[{"c":"]"},2]}"#, #"[{"c":"]"},2]"#), (#"{"b":1}"#, "1"),
            (#"{ "x" : { "b" : 1 } , "b" : -1.5e3 , "y" : 2 }"#, "-1.5e3"), (#"{"\u0062":"\\"}"#, #""\\""#),
            (#"{"b":{}}"#, "{}"), (#"{"b":true ,"c":null}"#, "true"), (#"{"B":1,"bb":2,"a":{"b":3}}"#, nil),
            ("[]", nil), (#""b""#, nil), ("{}", nil),
        ] as [(String, String?)])
    func members(text: String, expected: String?) throws {
        let member = try JSONText(Array(text.utf8)).member("b")
        #expect(member.map { String(decoding: $0.bytes, as: UTF8.self) } == expected)
    }

    @Test("every member of a random object is found as it was written")
    func randomMembers() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<300 {
            let members = (0..<Int.random(in: 1...6, using: &generator)).map { place in
                ("k\(place)", RandomJSON.value(using: &generator))
            }
            let text = try JSONText(JSON.object(JSONObject(members)).serialized())
            for (key, value) in members where text.member(key) != JSONText(value) {
                Issue.record("\(key) of \(text.value.text)")
            }
        }
    }
}
