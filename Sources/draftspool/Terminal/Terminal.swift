import Foundation

/// What is at the other end of an output stream.
struct Terminal: Sendable {
    /// Columns assumed where nobody says.
    static let defaultWidth = 120

    /// Whether a person reads along.
    let isInteractive: Bool
    /// Columns of one line.
    let width: Int
    /// Whether colours are wanted.
    let hasColours: Bool

    static let output = Terminal(descriptor: STDOUT_FILENO, environment: ProcessInfo.processInfo.environment)
    static let diagnostics = Terminal(
        descriptor: STDERR_FILENO, environment: ProcessInfo.processInfo.environment)

    init(isInteractive: Bool, width: Int, hasColours: Bool) {
        self.isInteractive = isInteractive
        self.width = width
        self.hasColours = hasColours
    }

    /// Looks at `descriptor`. `COLUMNS` gives the width, else the terminal does; `NO_COLOR` (not empty) and
    /// `TERM=dumb` turn colours off.
    init(descriptor: Int32, environment: [String: String]) {
        let isInteractive = isatty(descriptor) == 1
        let stated = environment["COLUMNS"].flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
        self.isInteractive = isInteractive
        width = max(40, stated ?? Self.measuredWidth(descriptor) ?? Self.defaultWidth)
        hasColours =
            isInteractive && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    /// `text` in `style` where colours are wanted, else as it is.
    func styled(_ text: String, _ style: Style) -> String {
        hasColours && !text.isEmpty ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Looks that text may have, with their SGR parameters (ECMA-48, 8.3.117).
    enum Style: String, Sendable {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    private static func measuredWidth(_ descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
