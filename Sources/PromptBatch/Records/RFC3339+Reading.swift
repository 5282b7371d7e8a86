import FoundationEssentials

extension RFC3339 {
    /// The instant that a text states as RFC 3339, section 5.6, has it; nil for any other text.
    ///
    /// ``date(from:)`` reads what this program wrote; this is for what people write, and passes over nothing.
    public static func instant(_ text: String) -> Date? {
        var reader = InstantReader(rest: Array(text.utf8)[...])
        guard let day = reader.day(), reader.skip("Tt"), let seconds = reader.timeOfDay(),
            let offset = reader.offset(), reader.rest.isEmpty
        else { return nil }
        return Date(timeIntervalSince1970: Double(day * 86_400 - offset) + seconds)
    }
}

/// Takes an instant apart, from its beginning to its end.
private struct InstantReader {
    var rest: ArraySlice<UInt8>

    /// Days since 1970.
    mutating func day() -> Int? {
        guard let year = number(4, in: 1970...9999), skip("-"), let month = number(2, in: 1...12), skip("-"),
            let day = number(2, in: 1...Self.days(in: month, of: year))
        else { return nil }
        return Self.daysSince1970(year: year, month: month, day: day)
    }

    /// Seconds since midnight; a leap second is the first one of the next minute.
    mutating func timeOfDay() -> Double? {
        guard let hour = number(2, in: 0...23), skip(":"), let minute = number(2, in: 0...59), skip(":"),
            let second = number(2, in: 0...60)
        else { return nil }
        let whole = Double(hour * 3600 + minute * 60 + second)
        guard skip(".") else { return whole }
        let digits = rest.prefix(while: Self.isDigit)
        guard let fraction = Double("0." + String(decoding: digits, as: UTF8.self)), !digits.isEmpty else {
            return nil
        }
        rest = rest.dropFirst(digits.count)
        return whole + fraction
    }

    /// Seconds that the zone is ahead of UTC.
    mutating func offset() -> Int? {
        if skip("Zz") { return 0 }
        let isBehind = rest.first == UInt8(ascii: "-")
        guard skip("+-"), let hours = number(2, in: 0...23), skip(":"), let minutes = number(2, in: 0...59)
        else { return nil }
        let seconds = hours * 3600 + minutes * 60
        return isBehind ? -seconds : seconds
    }

    /// Passes one of `characters`.
    mutating func skip(_ characters: String) -> Bool {
        guard let byte = rest.first, characters.utf8.contains(byte) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func number(_ digits: Int, in range: ClosedRange<Int>) -> Int? {
        let text = rest.prefix(digits)
        guard text.count == digits, text.allSatisfy(Self.isDigit),
            let number = Int(String(decoding: text, as: UTF8.self)), range.contains(number)
        else { return nil }
        rest = rest.dropFirst(digits)
        return number
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// By `days_from_civil` of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms", for years after Christ.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.quotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
