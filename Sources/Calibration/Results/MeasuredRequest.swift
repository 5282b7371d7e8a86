/// One generation of a measurement.
public struct MeasuredRequest: Hashable, Codable, Sendable {
    public var customID: String
    /// Which sending of the prompt: with more slots than prompts, prompts are sent again to keep slots busy.
    public var copy: Int
    public var promptTokens: Int
    public var generatedTokens: Int
    /// Nil where the engine counts no drafts.
    public var draftedTokens: Int?
    public var acceptedTokens: Int?
    /// Accepted drafts by position, if it ran alone.
    public var acceptedPerPosition: [Int]?
    /// Steps that had drafts to verify, if it ran alone.
    public var draftingSteps: Int?
    public var generationMilliseconds: Double
    /// Slots busy while it generated, on average, its own included.
    public var busySlots: Double
    /// Share of its generation during which every slot was busy, 0…1.
    public var fullShare: Double
    /// Whether the likeliest token was always taken (temperature 0).
    public var isGreedy: Bool
    /// The answer as the engine sent it: the message of the first choice, or its text.
    public var answer: String

    enum CodingKeys: String, CodingKey {
        case copy, answer
        case customID = "custom_id"
        case promptTokens = "prompt_tokens"
        case generatedTokens = "generated_tokens"
        case draftedTokens = "drafted_tokens"
        case acceptedTokens = "accepted_tokens"
        case acceptedPerPosition = "accepted_per_position"
        case draftingSteps = "drafting_steps"
        case generationMilliseconds = "generation_ms"
        case busySlots = "busy_slots"
        case fullShare = "full_share"
        case isGreedy = "greedy"
    }
}
