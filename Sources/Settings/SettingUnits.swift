import Foundation

/// Reads durations and sizes as people write them.
enum SettingUnits {
    /// A path from the root, seen from the working directory.
    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    /// `90`, `90s`, `1.5m`, `2h`, `250ms`, `1d`; a bare number is seconds. Nil for anything else or below zero.
    static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text) else { return nil }
        let seconds: Double
        switch unit {
        case "ms": seconds = number / 1000
        case "", "s": seconds = number
        case "m", "min": seconds = number * 60
        case "h": seconds = number * 3600
        case "d": seconds = number * 86400
        default: return nil
        }
        return seconds <= 1e9 ? .seconds(seconds) : nil
    }

    /// `4096`, `64KiB`, `16MiB`, `1GiB`; `K`, `M`, `G` mean the same binary units. Nil for anything else.
    static func bytes(_ text: String) -> Int? {
        guard let (number, unit) = split(text) else { return nil }
        let factor: Double
        switch unit.lowercased() {
        case "", "b": factor = 1
        case "k", "kb", "kib": factor = 1024
        case "m", "mb", "mib": factor = 1_048_576
        case "g", "gb", "gib": factor = 1_073_741_824
        default: return nil
        }
        let bytes = number * factor
        return bytes <= 1e15 ? Int(bytes) : nil
    }

    private static func split(_ text: String) -> (number: Double, unit: String)? {
        let trimmed = text.trimmingPrefix { $0 == " " }
        let digits = trimmed.prefix { $0.isNumber || $0 == "." }
        let unit = trimmed.dropFirst(digits.count).filter { $0 != " " }
        guard let number = Double(digits), number.isFinite, number >= 0 else { return nil }
        return (number, String(unit))
    }
}
