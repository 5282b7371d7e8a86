/// Shows progress on standard error: a bar on a terminal, otherwise a plain line every few seconds.
struct ProgressDisplay: Sendable {
    private static let barWidth = 24
    private static let plainInterval: Duration = .seconds(5)

    let terminal: Terminal
    private var lastPlain: (text: String, instant: ContinuousClock.Instant)?
    private var isDrawn = false

    init(terminal: Terminal) {
        self.terminal = terminal
    }

    mutating func show(_ progress: WaitProgress) {
        if terminal.isInteractive {
            Console.draw("\r" + Self.bar(progress, terminal: terminal) + "\u{1B}[K")
            isDrawn = true
        } else {
            showPlain(progress)
        }
    }

    /// Takes the bar away, so that results can follow.
    mutating func end() {
        guard isDrawn else { return }
        Console.draw("\r\u{1B}[K")
        isDrawn = false
    }

    /// The bar and the figures on at most one line.
    static func bar(_ progress: WaitProgress, terminal: Terminal) -> String {
        let filled = Int((progress.share * Double(barWidth)).rounded(.down))
        let bar =
            terminal.styled(String(repeating: "█", count: filled), .green)
            + terminal.styled(String(repeating: "░", count: barWidth - filled), .dim)
        return bar + "  " + TextWidth.truncated(progress.text, to: terminal.width - barWidth - 3)
    }

    private mutating func showPlain(_ progress: WaitProgress) {
        let text = progress.text
        if let lastPlain {
            let isDue = lastPlain.instant.duration(to: .now) >= Self.plainInterval
            guard isDue, lastPlain.text != text else { return }
        }
        Console.note(text)
        lastPlain = (text, .now)
    }
}
