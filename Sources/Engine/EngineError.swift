/// Why an engine gave no answer.
public enum EngineError: Error, Sendable, Equatable {
    /// The engine refused the request itself (HTTP 4xx, a redirect, or 501). Sending it again changes
    /// nothing.
    case refused(status: Int, message: String, body: [UInt8])
    /// The engine has no room now (HTTP 429 or 503), and may have said when to come back.
    case overloaded(status: Int, message: String, retryAfter: Duration?)
    /// The engine failed while working on the request (HTTP 5xx or 408).
    case serverError(status: Int, message: String, body: [UInt8] = [])
    /// The answer was not complete within the request's time limit.
    case timedOut(after: Duration)
    /// No connection, or it broke before the answer was complete. `isSent` is false where the engine had nothing of the
    /// request.
    case unreachable(String, isSent: Bool = true)
    /// What is between here and the engine does not work as it is configured: TLS, a proxy, or a web page in the place of
    /// the API.
    case routeFailed(reason: String, remedy: String)
    /// The engine showed no sign of life for this long; see `StallWatch`.
    case stalled(after: Duration)
    /// The answer is not the JSON that the API promises.
    case malformedResponse(String)
    /// The answer is larger than the configured limit.
    case responseTooLarge(limitBytes: Int)
    /// The engine's process ended while it was in use.
    case died(lastWords: [String], status: String)
    /// The engine's process could not be started, or did not become healthy.
    case startFailed(reason: String, lastWords: [String])
    /// The calling task was cancelled.
    case cancelled

    /// Whether the same request may succeed when it is sent again later.
    ///
    /// True where the fault is the engine's or the connection's, false where it is the request's, and false
    /// for ``cancelled``, which says nothing about either.
    public var isRetryable: Bool {
        switch self {
        case .overloaded, .serverError, .timedOut, .unreachable, .routeFailed, .stalled, .malformedResponse,
            .died, .startFailed:
            true
        case .refused, .responseTooLarge, .cancelled: false
        }
    }

    /// How long an engine that has no room asks to be left alone.
    public var retryAfter: Duration? {
        guard case .overloaded(_, _, let retryAfter) = self else { return nil }
        return retryAfter
    }

    /// Whether the engine is not there, or not yet, though nothing is wrong with what was asked of it.
    public var isAbsence: Bool {
        switch self {
        case .unreachable, .overloaded, .timedOut, .serverError: true
        default: false
        }
    }

    /// Whether it may mean that the engine is gone: its process ended, or its connections broke.
    public var isLossOfEngine: Bool {
        switch self {
        case .unreachable, .stalled, .died, .startFailed: true
        default: false
        }
    }

    /// Whether the engine may have had something of the request, so that this may be what ended it.
    public var isAfterSending: Bool {
        if case .unreachable(_, let isSent) = self { isSent } else { true }
    }
}
