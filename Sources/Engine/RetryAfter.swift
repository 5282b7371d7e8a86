import Glibc

/// The `Retry-After` header (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
    /// The wait that `header` asks for.
    ///
    /// - Parameters:
    ///   - header: The header's value.
    ///   - now: The time that a date is compared with, in seconds since 1970.
    /// - Returns: A wait from 0 seconds to one day, or nil where the value is neither form.
    static func duration(_ header: String, now: Int = time(nil)) -> Duration? {
        let seconds: Double
        if let number = Double(header), number.isFinite {
            seconds = number
        } else if let date = secondsSince1970(header) {
            seconds = Double(date - now)
        } else {
            return nil
        }
        return .milliseconds(Int64((min(max(0, seconds), 86_400) * 1000).rounded()))
    }

    /// Reads an IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func secondsSince1970(_ date: String) -> Int? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = date.split { $0 == " " || $0 == ":" }
        guard parts.count == 8, parts[7] == "GMT", let month = months.firstIndex(of: String(parts[2])) else {
            return nil
        }
        let numbers = [1, 3, 4, 5, 6].compactMap { UInt16(parts[$0]) }.map(Int32.init)
        guard numbers.count == 5 else { return nil }
        var fields = tm()
        fields.tm_mday = numbers[0]
        fields.tm_mon = Int32(month)
        fields.tm_year = numbers[1] - 1900
        fields.tm_hour = numbers[2]
        fields.tm_min = numbers[3]
        fields.tm_sec = numbers[4]
        return timegm(&fields)
    }
}
