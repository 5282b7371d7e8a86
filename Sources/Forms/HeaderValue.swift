/// The value of a header with its parameters, as `form-data; name="file"; filename="a.jsonl"` (RFC 9110, section 5.6.6).
public struct HeaderValue: Sendable, Hashable {
    /// What stands before the parameters, in lower case.
    public let value: String
    /// By their names in lower case.
    public let parameters: [String: String]

    /// Nil where a parameter has no value, a quote is not closed, or a name is there twice.
    ///
    /// A backslash in quotes stands for the quote or backslash after it; before anything else it is one, since some
    /// programs write the paths of Windows so.
    public init?(_ text: String) {
        var rest = text.unicodeScalars[...]
        value = Self.trimmed(Self.take(from: &rest) { $0 != ";" }).lowercased()
        var parameters: [String: String] = [:]
        while !rest.isEmpty {
            // Semicolons without a parameter between them mean nothing.
            _ = Self.take(from: &rest) { $0 == ";" || $0 == " " || $0 == "\t" }
            if rest.isEmpty { break }
            let name = Self.trimmed(Self.take(from: &rest) { $0 != "=" && $0 != ";" }).lowercased()
            guard rest.popFirst() == "=", !name.isEmpty else { return nil }
            _ = Self.take(from: &rest) { $0 == " " || $0 == "\t" }
            guard let value = rest.first == "\"" ? Self.takeQuoted(from: &rest) : Self.takeToken(from: &rest),
                parameters.updateValue(value, forKey: name) == nil
            else { return nil }
        }
        self.parameters = parameters
    }

    private typealias Scalars = Substring.UnicodeScalarView

    /// What `rest` begins with as long as `isPart` holds, which is taken off it.
    private static func take(from rest: inout Scalars, while isPart: (Unicode.Scalar) -> Bool) -> Scalars {
        let part = rest.prefix(while: isPart)
        rest = rest[part.endIndex...]
        return part
    }

    private static func takeToken(from rest: inout Scalars) -> String? {
        let token = trimmed(take(from: &rest) { $0 != ";" })
        return token.isEmpty || token.contains("\"") ? nil : token
    }

    private static func takeQuoted(from rest: inout Scalars) -> String? {
        rest.removeFirst()
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"":
                _ = take(from: &rest) { $0 == " " || $0 == "\t" }
                return rest.isEmpty || rest.first == ";" ? String(text) : nil
            case "\\" where rest.first == "\"" || rest.first == "\\": text.append(rest.removeFirst())
            default: text.append(scalar)
            }
        }
        return nil
    }

    private static func trimmed(_ scalars: Scalars) -> String {
        let isBlank = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" }
        let start = scalars.drop(while: isBlank)
        let end = start.lastIndex { !isBlank($0) }.map { start.index(after: $0) } ?? start.startIndex
        return String(String.UnicodeScalarView(start[..<end]))
    }
}
