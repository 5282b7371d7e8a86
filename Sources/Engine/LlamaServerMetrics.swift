/// The counters of an engine's `/metrics`, as far as speculation concerns them.
///
/// All of them count from the engine's start. llama-server's names are read (`llamacpp:…`), and vLLM's
/// (`vllm:…`), which uses the same ones for drafts.
public struct LlamaServerMetrics: Sendable, Hashable {
    /// Tokens generated.
    public var generatedTokens = 0
    /// Time spent generating, summed over requests, in milliseconds; 0 where the engine does not count it.
    public var generationMilliseconds = 0.0
    /// Verification passes that had drafts to check.
    public var drafts = 0
    /// Tokens drafted.
    public var draftedTokens = 0
    /// Drafted tokens accepted.
    public var acceptedTokens = 0
    /// Drafted tokens accepted, by their position in the draft; empty where nothing was drafted yet.
    public var acceptedTokensByPosition: [Int] = []
    /// Requests being worked on now.
    public var requestsProcessing = 0

    public init() {}

    /// Reads the Prometheus text format. Unknown and unreadable lines are passed over.
    public init(parsing text: String) {
        for line in text.split(separator: "\n") {
            guard let sample = PrometheusSample(line) else { continue }
            switch sample.name {
            case "tokens_predicted_total", "generation_tokens_total": generatedTokens += sample.count
            case "tokens_predicted_seconds_total": generationMilliseconds += sample.value * 1000
            case "spec_decode_num_drafts_total": drafts += sample.count
            case "spec_decode_num_draft_tokens_total": draftedTokens += sample.count
            case "spec_decode_num_accepted_tokens_total": acceptedTokens += sample.count
            case "spec_decode_num_accepted_tokens_per_pos_total":
                add(sample.count, at: sample.label("position"))
            case "requests_processing", "num_requests_running": requestsProcessing += sample.count
            default: break
            }
        }
    }

    /// Positions past 1024 are no engine's drafts.
    private mutating func add(_ count: Int, at position: String?) {
        guard let index = position.flatMap({ Int($0) }), (0..<1024).contains(index) else { return }
        while acceptedTokensByPosition.count <= index { acceptedTokensByPosition.append(0) }
        acceptedTokensByPosition[index] += count
    }
}
