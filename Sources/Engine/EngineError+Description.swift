extension EngineError: CustomStringConvertible {
    /// One sentence that says what happened and, where something can be done about it, what.
    public var description: String {
        switch self {
        case .refused(let status, let message, _):
            "the engine refused the request (HTTP \(status)): \(message)\(Self.remedy(forRefusal: status))"
        case .overloaded(let status, let message, let retryAfter):
            "the engine is busy (HTTP \(status)): \(message)"
                + (retryAfter.map { "; it asks to be left alone for \($0.secondsText)" } ?? "")
        case .serverError(let status, let message, _):
            "the engine failed (HTTP \(status)): \(message)"
        case .timedOut(let limit):
            "no complete answer within \(limit.secondsText); raise the request timeout, or lower max_tokens"
        case .unreachable(let reason, _):
            "the engine cannot be reached: \(reason)"
        case .routeFailed(let reason, let remedy):
            "the engine cannot be reached: \(reason); \(remedy)"
        case .stalled(let limit):
            "the engine showed no sign of life for \(limit.secondsText) and was given up; "
                + "raise engine.stall-timeout if single steps can take that long"
        case .malformedResponse(let reason):
            "the engine's answer cannot be read: \(reason)"
        case .responseTooLarge(let limitBytes):
            "the engine's answer is larger than the limit of \(limitBytes) bytes; "
                + "lower max_tokens, n or top_logprobs"
        case .died(let lastWords, let status):
            "the engine's process ended while it was in use (\(status))\(Self.quote(lastWords))"
        case .startFailed(let reason, let lastWords):
            "the engine did not start: \(reason)\(Self.quote(lastWords))"
        case .cancelled:
            "the request was cancelled"
        }
    }

    /// What happened in this program's own words, for journal and status.
    ///
    /// An engine's message may repeat the prompt, and an answer that cannot be read is one all the same; both belong to
    /// who submitted the prompt, and are in the batch's `errors.jsonl`.
    public var logDescription: String {
        switch self {
        case .refused(let status, _, _), .overloaded(let status, _, _), .serverError(let status, _, _):
            "HTTP \(status) from the engine"
        case .malformedResponse:
            "an answer from the engine that is no answer of the OpenAI API"
        case .routeFailed(let reason, _):
            "the engine cannot be reached: \(reason)"
        case .timedOut, .unreachable, .stalled, .responseTooLarge, .died, .startFailed, .cancelled:
            description
        }
    }

    /// ``logDescription`` without what the engine's process printed, for those who are not to see it.
    public var logDescriptionWithoutLastWords: String {
        switch self {
        case .died(_, let status):
            "the engine's process ended while it was in use (\(status)); see the journal"
        case .startFailed(let reason, _): "the engine did not start: \(reason); see the journal"
        default: logDescription
        }
    }

    private static func remedy(forRefusal status: Int) -> String {
        switch status {
        case 300..<400: "; give the address that it redirects to"
        case 401, 403: "; check the engine's bearer token"
        case 404: "; check the engine's address and the request's url"
        default: ""
        }
    }

    private static func quote(_ lastWords: [String]) -> String {
        lastWords.isEmpty
            ? "; it printed nothing" : "; its last words:\n  " + lastWords.joined(separator: "\n  ")
    }
}
