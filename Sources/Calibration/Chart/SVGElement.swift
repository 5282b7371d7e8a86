/// One element of an SVG document, written with its attributes in order.
struct SVGElement {
    private let name: String
    private let attributes: [(String, String)]
    private let content: [Content]

    enum Content {
        case element(SVGElement)
        case text(String)
    }

    init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [SVGElement] = []) {
        self.name = name
        self.attributes = Array(attributes).map { ($0.key, $0.value) }
        content = children.map(Content.element)
    }

    init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
        self.name = name
        self.attributes = Array(attributes).map { ($0.key, $0.value) }
        content = [.text(text)]
    }

    /// The element as text, children on lines of their own.
    func serialized(indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        let opening = attributes.reduce("<\(name)") { $0 + " \($1.0)=\"\(Self.escaped($1.1))\"" }
        guard let first = content.first else { return "\(margin)\(opening)/>\n" }
        if case .text(let text) = first {
            return "\(margin)\(opening)>\(Self.escaped(text))</\(name)>\n"
        }
        let inner = content.map { child in
            guard case .element(let element) = child else { return "" }
            return element.serialized(indent: indent + 1)
        }
        return "\(margin)\(opening)>\n\(inner.joined())\(margin)</\(name)>\n"
    }

    /// Characters that XML reserves, and those it does not allow at all.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
