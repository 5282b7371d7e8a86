import Foundation

/// Figures as people read them; "–" where there is none.
enum FigureText {
    static let none = "–"

    /// `0.83`
    static func share(_ value: Double?) -> String {
        value.map { String(format: "%.2f", $0) } ?? none
    }

    /// `134` from a hundred on, `46.5` below, `4.65` below ten.
    static func rate(_ value: Double?) -> String {
        value.map { String(format: $0 >= 100 ? "%.0f" : $0 >= 10 ? "%.1f" : "%.2f", $0) } ?? none
    }

    /// `1.31×`
    static func times(_ value: Double?) -> String {
        value.map { String(format: "%.2f×", $0) } ?? none
    }

    /// `0:07`, `12:30`, `1:02:03`
    static func clock(seconds: Double) -> String {
        let whole = Int(min(max(0, seconds.rounded()), 359_999))
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0
            ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
    }

    /// `1 prompt`, `2 prompts`
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `4.2 GB`, in powers of ten as model files are sold.
    static func bytes(_ count: UInt64) -> String {
        let value = Double(count)
        switch value {
        case 1e9...: return String(format: "%.1f GB", value / 1e9)
        case 1e6...: return String(format: "%.1f MB", value / 1e6)
        case 1e3...: return String(format: "%.1f kB", value / 1e3)
        default: return "\(count) bytes"
        }
    }
}
