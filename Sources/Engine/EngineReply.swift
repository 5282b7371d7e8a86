/// One HTTP answer, read to its end.
struct EngineReply: Sendable {
    var statusCode: Int
    var requestID: String?
    var retryAfter: String?
    var contentType: String?
    var body: [UInt8]

    /// The error that this status stands for, or nil for 200 to 299 with anything but a web page.
    var failure: EngineError? {
        let message = { ErrorBody.message(in: body) }
        switch statusCode {
        case 200..<300:
            guard contentType?.hasPrefix("text/html") == true else { return nil }
            return .routeFailed(
                reason: "a web page (HTML) came in place of an answer",
                remedy:
                    "set engine.endpoint to the address of an OpenAI-compatible API; a proxy's login page looks so, too"
            )
        case 429, 503:
            return .overloaded(
                status: statusCode, message: message(),
                retryAfter: retryAfter.flatMap { RetryAfter.duration($0) })
        case 408:
            return .serverError(status: statusCode, message: message(), body: body)
        case 300..<500, 501:
            return .refused(status: statusCode, message: message(), body: body)
        default:
            return .serverError(status: statusCode, message: message(), body: body)
        }
    }
}
