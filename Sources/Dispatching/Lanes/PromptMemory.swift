import Spool

/// What an engine has answered so far. What it did since a prompt met a fault tells whose fault that is.
struct EngineAnswers {
    var prompts = 0
    var greetings = 0
    var failedGreetings = 0

    /// Whether it has answered anything since it had answered `before`.
    func areMore(than before: EngineAnswers) -> Bool {
        prompts > before.prompts || greetings > before.greetings
    }
}

/// What is remembered of prompts that an engine did not answer, as long as they may come again.
struct PromptMemory {
    /// What is remembered of one.
    struct Entry {
        /// What the engine had answered when that happened last.
        var answers: EngineAnswers
        /// How often it was kept for the engine's fault, and how often of these though the engine had answered a greeting.
        var timesKept = 0
        var timesKeptThoughGreeted = 0
        /// How often it was refused, though others had been answered since the time before.
        var timesAlone = 0
        /// Tells the times apart that it is run.
        var life = 0
        /// Whether it once failed while others were answered, which says nothing against the engine any more.
        var isSuspect = false
    }

    /// Prompts remembered; more than that are never under way.
    private static let mostPrompts = 4096

    private var entries: [PromptKey: Entry] = [:]

    /// Nil for one that was not noted.
    subscript(key: PromptKey) -> Entry? {
        get { entries[key] }
        set { entries[key] = newValue }
    }

    /// Notes a prompt that was not answered.
    ///
    /// - Parameter answers: what the engine has answered so far.
    /// - Returns: Whether all others had to be forgotten for it.
    @discardableResult
    mutating func note(_ key: PromptKey, _ answers: EngineAnswers) -> Bool {
        let isFull = entries.count >= Self.mostPrompts && entries[key] == nil
        if isFull { entries = [:] }
        entries[key, default: Entry(answers: answers)].answers = answers
        return isFull
    }
}
