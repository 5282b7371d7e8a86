import Engine

/// What keeps an engine from being used, in words for the status and the journal.
struct EngineFault: Sendable, Equatable {
    /// Whose fault it may be.
    let blame: EngineError.Blame
    /// What was met, without anything that a prompt may have said.
    let what: String
    /// What to look at.
    let remedy: String

    init(_ error: EngineError) {
        blame = error.blame
        what = error.logDescription
        remedy = Self.remedy(error)
    }

    private static func remedy(_ error: EngineError) -> String {
        switch error {
        case .refused(let status, _, _):
            switch status {
            case 401, 403, 407: "check the token in engine.endpoint-key-file, and what it may be used for"
            case 402: "look at the account that the token in engine.endpoint-key-file belongs to"
            case 300..<400: "give the address that it redirects to as engine.endpoint"
            case 404, 405, 421:
                "check engine.endpoint, and that the server serves the API and the model asked for"
            default: "look at the engine's log"
            }
        case .serverError where error.blame == .route:
            "look at the proxy before the engine, its time limits, and the engine behind it"
        case .routeFailed(_, let remedy):
            remedy
        case .malformedResponse:
            "check that engine.endpoint is the API of an engine, and no page of a proxy"
        case .overloaded:
            "ask for less at once (engine.slots), if others do not use it as well"
        case .timedOut:
            "look whether the engine still makes progress"
        case .serverError, .unreachable, .stalled, .responseTooLarge, .died, .startFailed, .cancelled:
            "look at the engine's log"
        }
    }
}
