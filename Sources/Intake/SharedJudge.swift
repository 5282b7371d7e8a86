import Synchronization

/// The judge in force; a reload that changes the site's rules replaces it.
package final class SharedJudge: Sendable {
    private let judge: Mutex<PromptJudge>

    package init(_ judge: PromptJudge) {
        self.judge = Mutex(judge)
    }

    /// The judge now.
    package var current: PromptJudge { judge.withLock { $0 } }

    /// Puts a new judge in force.
    package func replace(by new: PromptJudge) {
        judge.withLock { $0 = new }
    }
}
