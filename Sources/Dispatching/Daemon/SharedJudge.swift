import Synchronization

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
