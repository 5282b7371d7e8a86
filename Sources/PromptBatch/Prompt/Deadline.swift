import FoundationEssentials

/// By when a prompt is to be answered.
public enum Deadline: Hashable, Sendable {
    /// At an instant.
    case at(Date)
    /// So long after its file was claimed: within its completion window.
    case within(Duration)

    /// What a completion window looks like, for messages.
    public static let windowForm = "a duration such as \"90m\", \"24h\" or \"7d\""
    /// What an instant looks like, for messages.
    public static let instantForm = "an instant with its zone such as \"2026-11-24T18:00:00Z\""
    /// Ten years: what is meant to be longer has no deadline.
    private static let longestWindowSeconds = 3650 * 86400

    /// Reads a completion window or an instant; nil for anything else.
    public init?(_ text: String) {
        if let window = Self.window(text) {
            self = .within(window)
        } else if let instant = RFC3339.instant(text) {
            self = .at(instant)
        } else {
            return nil
        }
    }

    /// A completion window as people write it: a whole number of at least 1 with `s`, `m`, `h` or `d`; nil for anything
    /// else.
    public static func window(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit: Int
        switch text.dropFirst(digits.count) {
        case "s": unit = 1
        case "m": unit = 60
        case "h": unit = 3600
        case "d": unit = 86400
        default: return nil
        }
        guard let number = Int(digits), number > 0,
            number <= longestWindowSeconds / unit
        else { return nil }
        return .seconds(number * unit)
    }

    /// The completion window; nil for an instant.
    public var window: Duration? {
        guard case .within(let window) = self else { return nil }
        return window
    }

    /// The instant, of a file that was claimed at `claim`.
    public func instant(claimedAt claim: Date) -> Date {
        switch self {
        case .at(let instant): instant
        case .within(let window): claim.addingTimeInterval(window / .seconds(1))
        }
    }

    /// As ``init(_:)`` reads it.
    public var text: String {
        switch self {
        case .at(let instant): RFC3339.string(from: instant)
        case .within(let window): "\(window.components.seconds)s"
        }
    }
}
