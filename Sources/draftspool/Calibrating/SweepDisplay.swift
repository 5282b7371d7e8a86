import Calibration
import PromptBatch
import Synchronization

/// Shows a calibration's progress on standard error.
final class SweepDisplay: Sendable {
    private let display: Mutex<ProgressDisplay>

    init(terminal: Terminal) {
        display = Mutex(ProgressDisplay(terminal: terminal))
    }

    func show(_ progress: SweepProgress) {
        let shown = Self.shown(progress)
        display.withLock { $0.show(shown) }
    }

    /// Takes the bar away, so that results can follow.
    func end() {
        display.withLock { $0.end() }
    }

    static func shown(_ progress: SweepProgress) -> WaitProgress {
        var words = PlainText.singleLine(progress.activity)
        if let seconds = progress.remainingSeconds, progress.done < progress.total {
            words = "\(FigureText.clock(seconds: seconds)) left  \(words)"
        }
        return WaitProgress(prompts: progress.total, done: progress.done, notice: words)
    }
}
