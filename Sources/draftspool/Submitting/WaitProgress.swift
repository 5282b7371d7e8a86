import PromptBatch

/// How far the batches that are waited for have come.
struct WaitProgress: Sendable, Equatable {
    /// Prompts and unreadable lines of all batches.
    var prompts = 0
    /// Of them, those that have an answer or have failed for good.
    var done = 0
    var failed = 0
    /// Of the whole daemon.
    var tokensPerSecond: Double?
    /// Seconds until all is done, if that can be told.
    var remainingSeconds: Double?
    /// What is being waited for, if no prompt is running.
    var notice: String?

    /// Share of the prompts that are done, 0…1.
    var share: Double { prompts > 0 ? Double(done) / Double(prompts) : 0 }

    /// The figures in words, without the bar.
    var text: String {
        var parts = ["\(done)/\(prompts)"]
        if failed > 0 { parts.append("\(failed) failed") }
        if let notice {
            parts.append(notice)
        } else {
            if let tokensPerSecond { parts.append("\(FigureText.rate(tokensPerSecond)) tok/s") }
            if let remainingSeconds, done < prompts {
                parts.append("\(FigureText.clock(seconds: remainingSeconds)) left")
            }
        }
        return parts.joined(separator: "  ")
    }
}
