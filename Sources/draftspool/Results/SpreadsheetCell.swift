/// Text for a cell that a spreadsheet must not take for a formula.
enum SpreadsheetCell {
    /// The characters that may begin a formula, or be passed over before one: those of OWASP's page on CSV injection,
    /// full-width ones included. The apostrophe is among them so that it can be taken off again.
    private static let dangerous: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'",
    ]

    /// `text` with an apostrophe before it if a spreadsheet could take it for a formula. Numbers stay as they are.
    ///
    /// Taking one apostrophe off every cell that begins with one gives the text back.
    static func harmless(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, dangerous.contains(first), !isNumber(text) else {
            return text
        }
        return "'" + text
    }

    /// Whether it is a sign and digits, which calculate nothing.
    private static func isNumber(_ text: String) -> Bool {
        guard text.hasPrefix("-") || text.hasPrefix("+") else { return false }
        return text.utf8.dropFirst().allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }
}
