import Foundation

/// The last line of the benchmark.
struct BenchmarkResult: Encodable {
    var promptsPerSecond: Double
    var versusShellLoop: Double
    var closeToClaimP99Milliseconds: Double
    /// Of the run with the big file, whatever its size.
    var residentMegabytes: Double
    var cpuMicrosecondsPerPrompt: Double
    /// The same engine driven without a queue, by the client's name.
    var clients: [String: ClientFigures]

    enum CodingKeys: String, CodingKey {
        case promptsPerSecond = "prompts_per_second"
        case versusShellLoop = "vs_shell_loop"
        case closeToClaimP99Milliseconds = "close_to_claim_p99_ms"
        case residentMegabytes = "resident_mb_at_1e6"
        case cpuMicrosecondsPerPrompt = "cpu_us_per_prompt"
        case clients
    }

    func json() throws -> String {
        let rounded = BenchmarkResult(
            promptsPerSecond: promptsPerSecond.rounded(), versusShellLoop: Self.round(versusShellLoop),
            closeToClaimP99Milliseconds: Self.round(closeToClaimP99Milliseconds),
            residentMegabytes: Self.round(residentMegabytes),
            cpuMicrosecondsPerPrompt: Self.round(cpuMicrosecondsPerPrompt), clients: clients)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(rounded), as: UTF8.self)
    }

    private static func round(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
