import JSON
import Workload

/// The user's own decisions on a prompt: the members of `draftspool`.
struct Overrides: Hashable, Sendable {
    /// The depths a user may demand, in tokens a step.
    static let depths = 0...16
    /// The members that `draftspool` may have.
    static let keys = ["workload", "depth", "priority", "deadline", "completion_window"]
    private static let keyList = keys.map { "`\($0)`" }.joined(separator: ", ")

    private(set) var workload: Workload?
    private(set) var depth: Int?
    private(set) var priority = 0
    private(set) var deadline: Deadline?

    /// - Parameter value: the value of `draftspool`; nil for none.
    /// - Throws: ``PromptProblem`` at a key without meaning or a value that cannot be obeyed. Nothing is ignored,
    ///   since an override is a promise.
    init(_ value: JSON?) throws(PromptProblem) {
        guard let value else { return }
        guard case .object(let members) = value else {
            throw FieldCheck.wrongType("draftspool", value, expected: "an object with \(Self.keyList)")
        }
        for (key, value) in members {
            try set(key, to: value, field: "draftspool.\(key)")
        }
    }

    private mutating func set(_ key: String, to value: JSON, field: String) throws(PromptProblem) {
        guard Self.keys.contains(key) else {
            throw PromptProblem(
                .unknownOverride, "`draftspool` has a member `\(key)`, which means nothing.",
                remedy: "It may have \(Self.keyList).", field: field)
        }
        if value.isNull { return }
        if key == "workload" {
            guard let named = value.stringValue.flatMap(Workload.init(rawValue:)) else {
                let names = Workload.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
                throw FieldCheck.wrongType(field, value, expected: "one of \(names)")
            }
            workload = named
        } else if key == "depth" {
            guard let number = value.intValue, Self.depths.contains(number) else {
                throw FieldCheck.wrongType(
                    field, value,
                    expected: "a whole number from \(Self.depths.lowerBound) to \(Self.depths.upperBound)")
            }
            depth = number
        } else if key == "priority" {
            guard let number = value.intValue else {
                throw FieldCheck.wrongType(field, value, expected: "a whole number")
            }
            priority = number
        } else {
            try setDeadline(value, isWindow: key == "completion_window", field: field)
        }
    }

    private mutating func setDeadline(
        _ value: JSON, isWindow: Bool, field: String
    ) throws(PromptProblem) {
        let named = value.stringValue.flatMap { text in
            isWindow ? Deadline.window(text).map(Deadline.within) : RFC3339.instant(text).map(Deadline.at)
        }
        guard let named else {
            throw FieldCheck.wrongType(
                field, value, expected: isWindow ? Deadline.windowForm : Deadline.instantForm)
        }
        guard deadline == nil else {
            throw PromptProblem(
                .conflictingFields, "Both `deadline` and `completion_window` are given.",
                remedy: "Keep one of the two.", field: field)
        }
        deadline = named
    }
}
