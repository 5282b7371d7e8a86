import JSON

/// An engine's answer to a ``GenerationRequest``, with the figures it reported about its work.
public struct GenerationResponse: Sendable {
    /// The HTTP status, from 200 to 299.
    public var statusCode: Int
    /// The JSON body, byte for byte as received.
    public var body: JSONText
    /// The answer's `id`, or the `x-request-id` header where the body has none.
    public var requestID: String?
    /// Tokens of the prompt, those taken from a cache included.
    public var promptTokens: Int
    /// Tokens of the prompt that the engine took from its cache.
    public var cachedTokens: Int
    /// Tokens generated, accepted drafts included.
    public var generatedTokens: Int
    /// Tokens drafted; 0 where the engine reports timings and drafted nothing, nil where it reports none.
    public var draftedTokens: Int?
    /// Drafted tokens that verification accepted; nil under the same condition as ``draftedTokens``.
    public var acceptedTokens: Int?
    /// Of these, those at each position of a draft, first to last; nil where the engine does not tell.
    public var acceptedPerPosition: [Int]?
    /// Time the engine spent on the prompt, where it says so.
    public var promptMilliseconds: Double?
    /// Time the engine spent generating, where it says so.
    public var generationMilliseconds: Double?
    /// Time from sending the request to the answer's last byte, as measured by the client.
    public var totalMilliseconds: Double
    /// Answers in it: more than one where the request asked for `n`.
    public var choiceCount: Int
    /// The text of the first choice; nil where it holds none (a tool call, for example).
    public var answerText: String?
    /// Why the first choice ended: `stop`, `length`, …
    public var finishReason: String?

    public init(
        statusCode: Int, body: JSONText, requestID: String? = nil, promptTokens: Int, cachedTokens: Int = 0,
        generatedTokens: Int, draftedTokens: Int? = nil, acceptedTokens: Int? = nil,
        acceptedPerPosition: [Int]? = nil, promptMilliseconds: Double? = nil,
        generationMilliseconds: Double? = nil, totalMilliseconds: Double, choiceCount: Int = 1,
        answerText: String? = nil, finishReason: String? = nil
    ) {
        self.statusCode = statusCode
        self.body = body
        self.requestID = requestID
        self.promptTokens = promptTokens
        self.cachedTokens = cachedTokens
        self.generatedTokens = generatedTokens
        self.draftedTokens = draftedTokens
        self.acceptedTokens = acceptedTokens
        self.acceptedPerPosition = acceptedPerPosition
        self.promptMilliseconds = promptMilliseconds
        self.generationMilliseconds = generationMilliseconds
        self.totalMilliseconds = totalMilliseconds
        self.choiceCount = choiceCount
        self.answerText = answerText
        self.finishReason = finishReason
    }

    /// Tokens of the prompt that the engine had to read.
    public var readTokens: Int { promptTokens - cachedTokens }
}
