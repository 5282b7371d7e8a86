import JSON

extension GenerationResponse {
    /// Reads a successful answer's body. What it says is in no error's text: errors are logged, answers are not.
    ///
    /// - Parameters:
    ///   - statusCode: The HTTP status.
    ///   - body: The body as received.
    ///   - headerRequestID: The `x-request-id` header, where there was one.
    ///   - totalMilliseconds: The time measured by the client.
    /// - Throws: ``EngineError/malformedResponse(_:)`` where the body is not a JSON object with a choice in `choices`.
    init(
        statusCode: Int, body: [UInt8], headerRequestID: String?, totalMilliseconds: Double
    ) throws(EngineError) {
        let text: JSONText
        do throws(JSONParseError) { text = try JSONText(body) } catch {
            throw .malformedResponse("it is not valid JSON: \(error) of \(body.count)")
        }
        guard let completion = CompletionBody(text.value) else {
            throw .malformedResponse("the JSON lacks a list \"choices\"")
        }
        guard completion.firstChoice != nil else { throw .malformedResponse("it has no choice") }
        let usage = completion.usage
        let timings = completion.timings
        let reported = timings?.promptTokens.map { $0 + (timings?.cachedTokens ?? 0) }
        self.init(
            statusCode: statusCode, body: text, requestID: completion.id ?? headerRequestID,
            promptTokens: max(0, usage?.promptTokens ?? reported ?? 0),
            cachedTokens: max(0, timings?.cachedTokens ?? usage?.cachedTokens ?? 0),
            generatedTokens: max(0, usage?.completionTokens ?? timings?.generatedTokens ?? 0),
            draftedTokens: timings.map { $0.draftedTokens ?? 0 } ?? completion.metrics?.draftedTokens,
            acceptedTokens: timings.map { $0.acceptedTokens ?? 0 } ?? completion.metrics?.acceptedTokens,
            acceptedPerPosition: timings?.acceptedPerPosition,
            promptMilliseconds: timings?.promptMilliseconds ?? completion.metrics?.promptMilliseconds,
            generationMilliseconds: timings?.generationMilliseconds
                ?? completion.metrics?.generationMilliseconds,
            totalMilliseconds: totalMilliseconds, choiceCount: completion.choiceCount,
            answerText: completion.firstChoice?.text,
            finishReason: completion.firstChoice?.finishReason)
    }
}
