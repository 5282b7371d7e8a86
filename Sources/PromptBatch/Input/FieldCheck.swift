import JSON

/// Single checks of known fields and the problem they give.
enum FieldCheck {
    /// The longest id a prompt may have.
    static let maximumIDBytes = 512

    /// A field whose value is of the wrong type or out of range.
    static func wrongType(_ field: String, _ found: JSON, expected: String) -> PromptProblem {
        PromptProblem(
            .wrongType, "`\(field)` is \(found.summary), expected \(expected).",
            remedy: "Give `\(field)` as \(expected), or leave it out.", field: field)
    }

    /// Whether a value is a number within `range`.
    static func isNumber(_ value: JSON, atLeast minimum: Double, atMost maximum: Double) -> Bool {
        guard let number = value.doubleValue else { return false }
        return number >= minimum && number <= maximum
    }

    /// Whether a value is a whole number of at least `minimum`.
    static func isWhole(_ value: JSON, atLeast minimum: Int) -> Bool {
        guard let number = value.intValue else { return false }
        return number >= minimum
    }
}
