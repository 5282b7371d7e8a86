/// What one contender took for the whole batch, once; one line of `rounds.jsonl`.
public struct ComparisonRound: Hashable, Codable, Sendable {
    public var contender: Contender
    /// Which round, from 0.
    public var round: Int
    /// Time from the lane's start until it answered, in milliseconds.
    public var laneStartMilliseconds: Double
    /// Time from the first request to the last answer, in milliseconds.
    public var wallMilliseconds: Double
    public var generatedTokens: Int
    /// Requests that were sent.
    public var requests: Int
    /// Of them, those that were answered.
    public var answers: Int

    enum CodingKeys: String, CodingKey {
        case contender, round, requests, answers
        case laneStartMilliseconds = "lane_start_ms"
        case wallMilliseconds = "wall_ms"
        case generatedTokens = "generated_tokens"
    }

    /// Of all slots together, reading prompts and running empty at the end included.
    public var tokensPerSecond: Double {
        wallMilliseconds > 0 ? Double(generatedTokens) / wallMilliseconds * 1000 : 0
    }
}
