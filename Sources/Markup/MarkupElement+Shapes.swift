import Foundation

/// The shapes of charts; a style is a class of the style sheet.
extension MarkupElement {
    /// - Parameter isDocument: whether it stands alone, and not within HTML.
    package static func svg(
        width: Double, height: Double, _ children: [MarkupElement], isDocument: Bool = false
    ) -> MarkupElement {
        let size: KeyValuePairs = [
            "viewBox": "0 0 \(number(width)) \(number(height))", "width": number(width),
            "height": number(height), "role": "img",
        ]
        let namespace: KeyValuePairs = ["xmlns": "http://www.w3.org/2000/svg"]
        return MarkupElement("svg", attributes: Array(isDocument ? namespace : [:]) + Array(size), children)
    }

    package static func text(_ text: String, x: Double, y: Double, style: String) -> MarkupElement {
        MarkupElement("text", ["class": style, "x": number(x), "y": number(y)], text: text)
    }

    /// A horizontal line, or a vertical one where it has a height.
    package static func line(
        x: Double, y: Double, width: Double = 0, height: Double = 0, style: String
    ) -> MarkupElement {
        MarkupElement(
            "line",
            [
                "class": style, "x1": number(x), "y1": number(y), "x2": number(x + width),
                "y2": number(y + height),
            ])
    }

    /// - Parameter title: what is shown of it where somebody points at it.
    package static func bar(
        x: Double, y: Double, width: Double, height: Double, style: String, title: String? = nil
    ) -> MarkupElement {
        MarkupElement(
            "rect",
            [
                "class": style, "x": number(x), "y": number(y), "width": number(width),
                "height": number(height), "rx": "2",
            ], title.map { [MarkupElement("title", text: $0)] } ?? [])
    }

    /// A length, to a tenth.
    package static func number(_ value: Double) -> String {
        let text = String(format: "%.1f", value)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
