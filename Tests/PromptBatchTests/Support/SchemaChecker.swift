import JSON
import PromptBatch

/// Checks a value against a JSON Schema made of the keywords that `docs/timing.schema.json` uses. A keyword it does
/// not know is a violation, so that the schema cannot promise more than is checked.
struct SchemaChecker {
    let schema: JSON

    private static let annotations: Set<String> = ["$schema", "$defs", "title", "description"]

    /// What is wrong with the value, each with the path to it; empty when the value is valid.
    func violations(_ value: JSON) throws -> [String] {
        try violations(value, schema, path: "$")
    }

    private func violations(_ value: JSON, _ schema: JSON, path: String) throws -> [String] {
        var found: [String] = []
        for (keyword, rule) in schema.objectValue ?? [:] where !Self.annotations.contains(keyword) {
            switch keyword {
            case "$ref":
                let name = rule.stringValue?.split(separator: "/").last.map(String.init) ?? ""
                guard let definition = self.schema["$defs"]?[name] else {
                    return ["\(path): no $defs/\(name)"]
                }
                found += try violations(value, definition, path: path)
            case "properties":
                for (key, member) in rule.objectValue ?? [:] {
                    guard let value = value[key] else { continue }
                    found += try violations(value, member, path: "\(path).\(key)")
                }
            default:
                if try !holds(keyword, rule, value, schema) {
                    found.append("\(path): \(keyword) \(rule.text)")
                }
            }
        }
        return found
    }

    private func holds(_ keyword: String, _ rule: JSON, _ value: JSON, _ schema: JSON) throws -> Bool {
        switch keyword {
        case "type":
            return (rule.arrayValue ?? [rule]).contains { isOf(type: $0.stringValue ?? "", value) }
        case "const":
            return rule == value
        case "enum":
            return rule.arrayValue?.contains(value) == true
        case "required":
            guard let object = value.objectValue else { return true }
            return rule.arrayValue?.allSatisfy { object[$0.stringValue ?? ""] != nil } == true
        case "additionalProperties":
            guard let object = value.objectValue, rule == false else { return true }
            return object.keys.allSatisfy { schema["properties"]?[$0] != nil }
        case "minimum":
            return (value.doubleValue ?? .infinity) >= (rule.doubleValue ?? 0)
        case "maximum":
            return (value.doubleValue ?? -.infinity) <= (rule.doubleValue ?? 0)
        case "minLength":
            return (value.stringValue?.unicodeScalars.count ?? .max) >= (rule.intValue ?? 0)
        case "pattern":
            guard let text = value.stringValue else { return true }
            return try Regex(rule.stringValue ?? "").firstMatch(in: text) != nil
        default:
            return false
        }
    }

    private func isOf(type: String, _ value: JSON) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("null", .null), ("boolean", .bool),
            ("number", .number):
            true
        case ("integer", .number):
            value.doubleValue.map { $0 == $0.rounded() } == true
        default:
            false
        }
    }
}
