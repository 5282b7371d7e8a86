extension EngineError {
    /// Whose fault an error may be; what follows from it is the dispatcher's to decide.
    public enum Blame: Sendable {
        /// The request's: the engine understood it and will not do it, or its answer is more than it may be.
        case request
        /// What lies between here and the engine, or how it is configured: a proxy, credentials, an address.
        case route
        /// The engine's as well as the request's; which of them shows in what other requests meet.
        case either
        /// Nobody's: the engine has no room now.
        case load
        /// The engine is gone, or was given up.
        case absence
    }

    /// Whose fault this may be.
    ///
    /// A proxy answers 502 and 504 (some clouds 520 to 527 and 530) where it cannot reach what is behind it. 401, 402,
    /// 403 and 407 are about credentials and accounts; 404, 405, 421 and redirects about the address, or the model
    /// that is served there. None of them depends on what a prompt says, as a rule: a filter that forbids a text and a
    /// proxy that gives up on a long answer are the exceptions, and show in other prompts being answered.
    public var blame: Blame {
        switch self {
        case .refused(let status, _, _):
            switch status {
            case 300..<400, 401, 402, 403, 404, 405, 407, 421: .route
            default: .request
            }
        case .serverError(let status, _, _):
            switch status {
            case 502, 504, 520...527, 530: .route
            default: .either
            }
        case .routeFailed: .route
        case .malformedResponse, .unreachable: .either
        case .overloaded: .load
        case .timedOut, .responseTooLarge, .cancelled: .request
        case .stalled, .died, .startFailed: .absence
        }
    }

    /// Whether what an engine answered when it was asked what it is may be mended without a change here: it is not there
    /// yet, or what stands before it refuses.
    public var mayPass: Bool {
        isAbsence || blame == .route || blame == .either || blame == .load
    }
}
