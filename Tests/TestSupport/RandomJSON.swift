import JSON

/// Random JSON values of every kind, with the strings that break parsers.
public enum RandomJSON {
    public static func value(using generator: inout SeededGenerator, depth: Int = 0) -> JSON {
        switch Int.random(in: 0...(depth > 5 ? 3 : 6), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .number(number(using: &generator))
        case 3: return .string(string(using: &generator))
        case 4, 5:
            let count = Int.random(in: 0...4, using: &generator)
            return .array((0..<count).map { _ in value(using: &generator, depth: depth + 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...20, using: &generator) {
                object[string(using: &generator)] = value(using: &generator, depth: depth + 1)
            }
            return .object(object)
        }
    }

    private static func number(using generator: inout SeededGenerator) -> String {
        let literals = [
            "0", "-0", "1", "-17", "3.14", "1.0", "1e5", "1E-7", "-2.50e+10",
            "123456789012345678901234567890",
            "0.1", "1e999",
        ]
        return literals.randomElement(using: &generator) ?? "0"
    }

    public static func string(using generator: inout SeededGenerator) -> String {
        let scalars: [UnicodeScalar] = [
            "a", "b", "c", " ", "\"", "\\", "/", "\n", "\r", "\t", "\u{0}", "\u{1F}", "\u{7F}", "é", "ß", "中",
            "界",
            "😀", "\u{FFFD}", "\u{202E}", "\u{2028}", "{", "}", ":",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...24, using: &generator) {
            text.unicodeScalars.append(scalars.randomElement(using: &generator) ?? "a")
        }
        return text
    }
}
