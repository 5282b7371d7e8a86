import Forms
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import Spool

/// A request and its answer, on one of the sockets.
struct Exchange: Sendable {
    /// What of a refused request's body is read, so that its connection can go on; bytes.
    private static let mostDiscarded = 4 << 20

    let router: Router
    let gate: Gate
    let templates: PageTemplates
    let patience: Patience
    let logger: Logger

    /// - Throws: an error of the connection, which is closed then.
    func carryOut(
        _ request: Request, _ writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        let body = RequestBytes(request.body)
        var isContinued = true
        var isHead = false
        var isForPage = false
        let response: WebResponse
        do {
            let asked = try WebRequest(request.head)
            isHead = asked.isHead
            isForPage = asked.isForPage
            isContinued = !asked.waitsToBeContinued
            try gate.admit(asked)
            let (route, routed) = try router.route(asked)
            if !isContinued {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
                isContinued = true
            }
            response = try await route.answer(routed, body)
        } catch {
            let refusal = refusal(of: error)
            response = isForPage ? ErrorPage(refusal).response(templates) : refusal.response
        }
        logger.debug("\(request.head.method.rawValue) \(request.uri.path): \(response.status.code)")
        try await ResponseSender(channel: channel, patience: patience.answer).send(
            response, isHead: isHead, by: writer)
        // A client that still waits to be told to go on will not send the body, and one whose body is long is better
        // stopped than read to its end.
        if isContinued, await discard(body, on: channel) { return }
        channel.close(mode: .all, promise: nil)
    }

    /// Reads what is left of a body that nobody wants.
    ///
    /// - Returns: False if that was too much, took too long, or broke off.
    private func discard(_ body: RequestBytes, on channel: any Channel) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [patience] in
                guard (try? await Task.sleep(for: patience.unwantedBody)) != nil else { return }
                channel.close(mode: .all, promise: nil)
            }
            defer { group.cancelAll() }
            return await body.discard(upTo: Self.mostDiscarded)
        }
    }

    private func refusal(of error: any Error) -> APIError {
        switch error {
        case let error as APIError: return error
        case let error as FormError: return .invalid("The form cannot be read: \(error.problem).")
        case let error as SpoolError:
            logger.error("The API: \(error)")
            return APIError(error)
        case let error as BrokenBody:
            logger.debug("The API: a body broke off: \(error.reason)")
            return .invalid("The body broke off.")
        case is CancellationError: return .unavailable("The server is stopping.")
        default:
            logger.error("The API: \(error)")
            return .internalError
        }
    }
}
