import Foundation

/// What a run of many prompts came to.
struct ThroughputFigures {
    let prompts: Int
    let seconds: Double
    let cpuSeconds: Double
    let peakMegabytes: Double
    let writtenBytesPerPrompt: Double
    let ioCallsPerPrompt: Double
    /// When the first answer and the last were there, seconds after the drop.
    let firstAnswer: Double
    let lastAnswer: Double
    let busyLatencies: Latencies

    var promptsPerSecond: Double { Double(prompts) / seconds }
    var cpuMicrosecondsPerPrompt: Double { cpuSeconds / Double(prompts) * 1e6 }

    func text(_ what: String) -> String {
        String(
            format: """
                %@: %.0f prompts/s (%.1f s; reading took %.1f, answering %.1f, publishing %.1f), daemon's \
                processor time %.0f µs a prompt, at most %.0f MB resident, %.0f bytes written and %.1f \
                reads and writes a prompt
                """, what, promptsPerSecond, seconds, firstAnswer, lastAnswer - firstAnswer,
            seconds - lastAnswer, cpuMicrosecondsPerPrompt, peakMegabytes, writtenBytesPerPrompt,
            ioCallsPerPrompt)
    }
}
