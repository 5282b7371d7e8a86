import FoundationEssentials

/// Points in time as records write them: RFC 3339 in UTC, to the millisecond.
public enum RFC3339 {
    /// For example `2026-11-23T22:55:01.250Z`.
    public static func string(from date: Date) -> String {
        let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
        let (day, time) = milliseconds.quotientAndRemainder(floorDividingBy: 86_400_000)
        let (year, month, dayOfMonth) = civilDate(daysSince1970: day)
        var digits: [UInt8] = []
        digits.reserveCapacity(24)
        append(year, width: 4, to: &digits)
        for (separator, value, width) in [
            ("-", month, 2), ("-", dayOfMonth, 2), ("T", time / 3_600_000, 2), (":", time / 60_000 % 60, 2),
            (":", time / 1000 % 60, 2), (".", time % 1000, 3),
        ] as [(Unicode.Scalar, Int, Int)] {
            digits.append(UInt8(ascii: separator))
            append(value, width: width, to: &digits)
        }
        digits.append(UInt8(ascii: "Z"))
        return String(decoding: digits, as: UTF8.self)
    }

    /// The proleptic Gregorian date, by `civil_from_days` of Howard Hinnant's "chrono-Compatible Low-Level Date
    /// Algorithms".
    private static func civilDate(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(floorDividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        )
    }

    private static func append(_ value: Int, width: Int, to digits: inout [UInt8]) {
        var divisor = (1..<width).reduce(1) { product, _ in product * 10 }
        while divisor > 0 {
            digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// The time a text states, with or without fractions of a second; nil when it is no such text.
    public static func date(from text: String) -> Date? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        return try? Date(text, strategy: style)
    }

    /// Reads a time from a coded string.
    static func decode<Key: CodingKey>(
        _ container: KeyedDecodingContainer<Key>, _ key: Key
    ) throws -> Date {
        let text = try container.decode(String.self, forKey: key)
        guard let date = date(from: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container, debugDescription: "\"\(text)\" is no RFC 3339 time")
        }
        return date
    }
}

extension Int {
    /// Quotient and remainder of the division that rounds down, so that the remainder is never negative.
    fileprivate func quotientAndRemainder(floorDividingBy divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
