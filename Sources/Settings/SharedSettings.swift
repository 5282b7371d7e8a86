import Settings
import Synchronization

/// The settings in force; a reload replaces them for everyone.
final class SharedSettings: Sendable {
    private let settings: Mutex<Settings>

    init(_ settings: Settings) {
        self.settings = Mutex(settings)
    }

    /// The settings now.
    var current: Settings { settings.withLock { $0 } }

    /// Puts new settings in force.
    func replace(by new: Settings) {
        settings.withLock { $0 = new }
    }
}

/// The judge in force; a reload that changes the site's rules replaces it.
final class SharedJudge: Sendable {
    private let judge: Mutex<PromptJudge>

    init(_ judge: PromptJudge) {
        self.judge = Mutex(judge)
    }

    /// The judge now.
    var current: PromptJudge { judge.withLock { $0 } }

    /// Puts a new judge in force.
    func replace(by new: PromptJudge) {
        judge.withLock { $0 = new }
    }
}
