extension JSON {
    /// A whole number.
    public init(_ value: Int) {
        self = .number(String(value))
    }

    /// A string, or `null` for nil.
    public init(_ text: String?) {
        self = text.map(JSON.string) ?? .null
    }

    /// A whole number, or `null` for nil.
    public init(_ value: Int?) {
        self = value.map { JSON($0) } ?? .null
    }

    /// A number rounded to at most `decimals` places, written without an exponent and without trailing zeros.
    /// Not-a-number and the infinities, which JSON cannot express, and nil give `null`.
    public init(rounding value: Double?, decimals: Int) {
        guard let value, value.isFinite else {
            self = .null
            return
        }
        let places = min(max(decimals, 0), 9)
        let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 0x1p63 else {
            self = .number(Self.wholeLiteral(value))
            return
        }
        let digits = UInt64(scaled)
        let whole = digits / UInt64(scale)
        var fraction = String(digits % UInt64(scale))
        fraction = String(repeating: "0", count: places - min(places, fraction.count)) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        let sign = value < 0 && digits > 0 ? "-" : ""
        self = .number(fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)")
    }

    /// The literal of a finite number too large to carry decimals: Swift's own, which JSON accepts as it is.
    private static func wholeLiteral(_ value: Double) -> String {
        let literal = value.description
        return literal.hasSuffix(".0") ? String(literal.dropLast(2)) : literal
    }
}

extension JSON: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self.init(value) }
}

extension JSON: ExpressibleByBooleanLiteral {
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
    /// An object; of two members with the same key the later wins.
    public init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(JSONObject(members))
    }
}
