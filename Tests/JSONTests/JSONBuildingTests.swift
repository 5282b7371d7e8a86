import JSON
import TestSupport
import Testing

@Suite("Building and writing JSON")
struct JSONBuildingTests {
    @Test(
        "rounds to places, without exponents or trailing zeros",
        arguments: [
            (1.0, 2, "1"), (0.1 + 0.2, 3, "0.3"), (2.0 / 3, 4, "0.6667"), (-0.00001, 3, "0"),
            (-1.25, 1, "-1.3"),
            (0.05, 2, "0.05"), (123456.789, 1, "123456.8"), (0, 2, "0"), (99.999, 2, "100"), (1.5, 0, "2"),
            (.nan, 2, "null"), (.infinity, 2, "null"), (-.infinity, 2, "null"),
        ])
    func rounds(value: Double, decimals: Int, expected: String) {
        #expect(JSON(rounding: value, decimals: decimals).text == expected)
    }

    @Test("writes any finite number as a literal that reads back")
    func literalsAreValid() throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<1_000 {
            let value = Double(bitPattern: generator.next())
            let json = JSON(rounding: value, decimals: Int.random(in: -1...12, using: &generator))
            let readsBack = try JSON.parse(json.serialized()) == json
            let isNear = json.doubleValue.map { abs($0 - value) <= max(1, abs(value) * 1e-12) }
            guard readsBack, isNear ?? !value.isFinite else {
                Issue.record("\(value) became \(json.text)")
                return
            }
        }
    }

    @Test("escapes what must be escaped and nothing else")
    func escapes() {
        let text = "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é\u{2028}"
        #expect(JSON.string(text).text == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}é\u{2028}\"")
    }

    @Test("literals make values, nil makes null")
    func literals() {
        let value: JSON = ["a": [1, "two", true], "b": JSON(nil as Int?), "c": JSON(nil as String?)]
        #expect(value.text == #"{"a":[1,"two",true],"b":null,"c":null}"#)
    }

    @Test("summaries are short")
    func summaries() {
        #expect(JSON.string(String(repeating: "x", count: 1_000)).summary.count < 60)
        #expect(JSON.string("a\nb").summary == "the string \"a b\"")
        #expect(JSON.number("-3").summary == "the number -3")
        #expect(
            [JSON.null, .bool(true), [], [:]].map(\.summary) == ["null", "true", "an array", "an object"])
    }
}
