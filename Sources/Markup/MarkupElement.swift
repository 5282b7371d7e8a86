/// One element of an SVG or HTML document, written with its attributes in order.
///
/// HTML has no short form of an element without content: where that is not of a void element, it is given an empty text.
package struct MarkupElement: Sendable {
    private let name: String
    private let attributes: [(key: String, value: String)]
    private let content: [Content]

    enum Content: Sendable {
        case element(MarkupElement)
        case text(String)
    }

    package init(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [MarkupElement] = []
    ) {
        self.init(name, attributes: Array(attributes), children)
    }

    init(_ name: String, attributes: [(key: String, value: String)], _ children: [MarkupElement]) {
        self.name = name
        self.attributes = attributes
        content = children.map(Content.element)
    }

    package init(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String) {
        self.name = name
        self.attributes = Array(attributes)
        content = [.text(text)]
    }

    private init(_ name: String, attributes: [(key: String, value: String)], content: [Content]) {
        self.name = name
        self.attributes = attributes
        self.content = content
    }

    /// The same with a name for who does not see it.
    package func labelled(_ label: String) -> MarkupElement {
        MarkupElement(name, attributes: attributes + [(key: "aria-label", value: label)], content: content)
    }

    /// The element as text, children on lines of their own.
    package func serialized(indent: Int = 0) -> String {
        let margin = String(repeating: " ", count: indent)
        let opening = attributes.reduce("<\(name)") { $0 + " \($1.key)=\"\(Self.escaped($1.value))\"" }
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
    package static func escaped(_ text: String) -> String {
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
