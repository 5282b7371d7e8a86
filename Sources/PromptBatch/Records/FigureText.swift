import Foundation

/// Figures as people read them; "–" where there is none.
package enum FigureText {
    package static let none = "–"

    /// `0.83`
    package static func share(_ value: Double?) -> String {
        value.map { String(format: "%.2f", $0) } ?? none
    }

    /// `134` from a hundred on, `46.5` below, `4.65` below ten.
    package static func rate(_ value: Double?) -> String {
        value.map { String(format: $0 >= 100 ? "%.0f" : $0 >= 10 ? "%.1f" : "%.2f", $0) } ?? none
    }

    /// `0.25`, `2.5`, `40`: a place on an axis.
    package static func tick(_ value: Double) -> String {
        let text = String(format: "%.2f", value)
        return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
    }

    /// `1.31×`
    package static func times(_ value: Double?) -> String {
        value.map { String(format: "%.2f×", $0) } ?? none
    }

    /// `0:07`, `12:30`, `1:02:03`
    package static func clock(seconds: Double) -> String {
        let whole = Int(min(max(0, seconds.rounded()), 359_999))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
    }

    /// As ``clock(seconds:)``, and from a hundred hours on in days: `12 days`
    package static func span(seconds: Double) -> String {
        seconds < 360_000 ? clock(seconds: seconds) : count(Int(min(seconds / 86_400, 1e9).rounded()), "day")
    }

    /// `14:32` today, else with the day before it: `2026-11-28 09:05`
    package static func moment(_ date: Date, now: Date = Date(), timeZone: TimeZone = .current) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        let clock = String(format: "%02d:%02d", parts.hour ?? 0, parts.minute ?? 0)
        guard !calendar.isDate(date, inSameDayAs: now) else { return clock }
        let day = [parts.month ?? 0, parts.day ?? 0].map { String(format: "%02d", $0) }
        return "\(parts.year ?? 0)-\(day.joined(separator: "-")) \(clock)"
    }

    /// `48`, `1230`, `43900`: three digits of it.
    package static func about(_ value: Double) -> String {
        guard value.isFinite, value < 1e15 else { return none }
        var unit = 1.0
        while value / unit >= 999.5 { unit *= 10 }
        return String(format: "%.0f", (value / unit).rounded() * unit)
    }

    /// `1 prompt`, `2 prompts`
    package static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `4.2 GB`, in powers of ten as model files are sold.
    package static func bytes(_ count: UInt64) -> String {
        let value = Double(count)
        switch value {
        case 1e9...: return String(format: "%.1f GB", value / 1e9)
        case 1e6...: return String(format: "%.1f MB", value / 1e6)
        case 1e3...: return String(format: "%.1f kB", value / 1e3)
        default: return "\(count) bytes"
        }
    }
}
