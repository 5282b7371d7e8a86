import HTTPTypes
import Logging
import Synchronization

/// Lets requests in.
///
/// A UNIX socket is guarded by its permissions. A port is open to every program of the machine and, through a browser, to
/// every page that somebody looks at, so that nothing but the bare `/healthz` is answered without the token.
///
/// A browser asks for the token as a password, keeps it, and sends it along with whatever a page makes it ask for. So it
/// opens only what changes nothing: the page for people.
final class Gate: Sendable {
    /// Between two lines of the journal about requests that were refused.
    private static let logInterval: Duration = .seconds(10)
    private static let open = ["healthz"]

    private struct Refusals {
        var count = 0
        var lastLine: ContinuousClock.Instant?
    }

    private let token: BearerToken?
    private let logger: Logger
    private let refusals = Mutex(Refusals())

    /// - Parameter token: nil for a UNIX socket.
    init(token: BearerToken?, logger: Logger) {
        self.token = token
        self.logger = logger
    }

    /// - Throws: ``APIError`` for a request that has no token, or another one.
    func admit(_ request: WebRequest) throws(APIError) {
        guard let token, request.path != Self.open else { return }
        let scheme: APIError.AuthenticationScheme = request.isForPage ? .basic : .bearer
        guard let header = request.headers[.authorization] else {
            noteRefusal()
            throw .unauthorized(
                "You didn't provide an API key. Give the token of web.token-file as a bearer token: "
                    + "Authorization: Bearer TOKEN.", scheme: scheme)
        }
        guard token.isGiven(by: header) || request.isForPage && token.isPassword(in: header) else {
            noteRefusal()
            throw .unauthorized(
                "Incorrect API key provided.", code: "invalid_api_key", scheme: scheme)
        }
    }

    private func noteRefusal() {
        let now = ContinuousClock.now
        let count = refusals.withLock { refusals -> Int? in
            refusals.count += 1
            if let last = refusals.lastLine, last.duration(to: now) < Self.logInterval { return nil }
            refusals.lastLine = now
            defer { refusals.count = 0 }
            return refusals.count
        }
        guard let count else { return }
        logger.warning(
            "\(count == 1 ? "A request" : "\(count) requests") to the API without the right token")
    }
}
