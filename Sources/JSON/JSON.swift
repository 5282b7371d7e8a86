/// A JSON value that keeps what it was read from.
///
/// An OpenAI request body has to reach the engine as the user wrote it, so this type keeps the order of an
/// object's members and the literal text of every number: `1.0`, `1e0` and `1` stay apart, and integers beyond
/// 64 bits lose nothing. Only white space and the spelling of string escapes change between
/// ``parse(_:limits:)-(UnsafeRawBufferPointer,_)`` and ``serialized()``.
///
/// Equality is by what was written: two objects with the same members in another order are different, and so are
/// `.number("1")` and `.number("1.0")`, and strings whose bytes differ though they show the same text.
public enum JSON: Sendable {
    case null
    case bool(Bool)
    /// A number as its RFC 8259 literal. Build it from Swift numbers with ``init(_:)-(Int)`` or
    /// ``init(rounding:decimals:)``, which write a valid literal.
    case number(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

extension JSON {
    /// The member `key` of an object; nil when there is none or the value is no object.
    public subscript(key: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[key]
    }

    /// The element at `index` of an array; nil when out of bounds or the value is no array.
    public subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// Whether the value is `null`.
    public var isNull: Bool { self == .null }

    /// The value of a boolean, nil for anything else.
    public var boolValue: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// The text of a string, nil for anything else.
    public var stringValue: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The value of a number that is a whole number within `Int`, however it is written (`3`, `3.0`, `3e0`).
    public var intValue: Int? {
        guard case .number(let literal) = self else { return nil }
        if let value = Int(literal) { return value }
        guard let value = Double(literal), value.magnitude <= 0x1p53 else { return nil }
        return Int(exactly: value)
    }

    /// The nearest `Double` of a number that is finite, nil for anything else.
    public var doubleValue: Double? {
        guard case .number(let literal) = self, let value = Double(literal), value.isFinite else {
            return nil
        }
        return value
    }

    /// The elements of an array, nil for anything else.
    public var arrayValue: [JSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object, nil for anything else.
    public var objectValue: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// The value in words for an error message, short whatever its size: `the string "hot"`, `an array`.
    public var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let literal): "the number \(Self.shortened(literal))"
        case .string(let text): "the string \"\(Self.shortened(text))\""
        case .array: "an array"
        case .object: "an object"
        }
    }

    package static func shortened(_ text: String) -> String {
        let head = text.unicodeScalars.prefix(40).map { $0.value < 0x20 ? " " : Character($0) }
        return text.unicodeScalars.count > 40 ? String(head) + "…" : String(head)
    }
}
