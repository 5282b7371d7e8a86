import Engine
import PromptBatch

/// How long an answer took to generate, and whose clock says so.
struct GenerationTime: Sendable, Hashable {
    /// The least share of the time from sending to answer that is taken for generating, however long the prompt is: what
    /// reading takes is estimated.
    private static let leastShare = 0.5

    let milliseconds: Double
    let basis: TimingRecord.Durations.Basis

    /// What the engine reports; else the time from sending to answer, less what reading the prompt takes.
    ///
    /// Nil where the engine reports nothing and the answer has fewer than two tokens: the first comes with the reading.
    ///
    /// - Parameter readingMilliseconds: what reading such a prompt takes, as far as that was learned; else 0.
    init?(_ response: GenerationResponse, readingMilliseconds: Double) {
        if let reported = response.generationMilliseconds {
            (milliseconds, basis) = (reported, .engine)
            return
        }
        guard response.generatedTokens > 1 else { return nil }
        let total = response.totalMilliseconds
        (milliseconds, basis) = (max(total - readingMilliseconds, total * Self.leastShare), .client)
    }

    /// Generated tokens a second; nil where no time passed.
    func tokensPerSecond(_ tokens: Int) -> Double? {
        milliseconds > 0 ? Double(tokens) / milliseconds * 1000 : nil
    }
}

extension GenerationResponse {
    /// What reading the prompt took: as reported, or the whole time of an answer of one token, which comes with it.
    var readingMilliseconds: Double? {
        promptMilliseconds
            ?? (generationMilliseconds == nil && generatedTokens == 1 ? totalMilliseconds : nil)
    }
}
