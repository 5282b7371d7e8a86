import AsyncHTTPClient

/// One HTTP answer, read to its end.
struct EngineReply: Sendable {
    var statusCode: Int
    var requestID: String?
    var retryAfter: String?
    var contentType: String?
    var body: [UInt8]

    /// The error that this status stands for, or nil for 200 to 299.
    var failure: EngineError? {
        let message = { ErrorBody.message(in: body) }
        switch statusCode {
        case 200..<300:
            return nil
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
