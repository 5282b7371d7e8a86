import JSON
import Engine
import PromptBatch
import Spool

/// The entry of `errors.jsonl` for a prompt that an engine did not answer.
struct FailureLine {
    /// As much of a refusal that is no JSON is kept, in bytes.
    private static let keptTextBytes = 4096

    let line: OutputLine

    init(error: EngineError, queued: QueuedPrompt, batchID: String) {
        let id = OutputLine.id(batchID: batchID, line: queued.key.line)
        let (code, remedy) = Self.reason(for: error, attempts: queued.attempts)
        line = OutputLine(
            id: id, customID: queued.customID, response: Self.response(of: error, requestID: id),
            error: OutputLine.Failure(
                code: code, message: "\(error)", remedy: remedy, line: queued.key.line))
    }

    private static func reason(for error: EngineError, attempts: Int) -> (code: String, remedy: String) {
        let tries = attempts == 1 ? "once" : "\(attempts) times"
        return switch error {
        case .refused:
            ("engine_refused", "mend the request as the engine's message says and submit it again")
        case .overloaded, .serverError:
            ("engine_error", "sent \(tries); look at the engine's log, then submit it again")
        case .timedOut:
            ("engine_timeout", "sent \(tries); ask for fewer tokens, or raise engine.request-timeout")
        case .unreachable, .stalled, .died, .startFailed, .cancelled:
            (
                "engine_lost",
                "sent \(tries), and the engine ended each time; see the journal for its last words"
            )
        case .routeFailed(_, let remedy):
            ("engine_unreachable", "sent \(tries); \(remedy)")
        case .malformedResponse, .responseTooLarge:
            (
                "engine_malformed_answer",
                "sent \(tries); check that the endpoint speaks the OpenAI API"
            )
        }
    }

    /// What the engine answered, where it is an HTTP status that made the prompt fail.
    private static func response(of error: EngineError, requestID: String) -> OutputLine.Response? {
        switch error {
        case .refused(let status, let message, let body), .serverError(let status, let message, let body):
            OutputLine.Response(
                statusCode: status, requestID: requestID,
                body: Self.body(body, status: status, message: message))
        case .overloaded(let status, let message, _):
            OutputLine.Response(
                statusCode: status, requestID: requestID,
                body: Self.body([], status: status, message: message))
        default:
            nil
        }
    }

    /// The body as received; where it is no JSON, its text as the message of an error in OpenAI's shape.
    private static func body(_ bytes: [UInt8], status: Int, message: String) -> JSONText {
        if let text = try? JSONText(bytes) { return text }
        let text = bytes.isEmpty ? message : String(decoding: bytes.prefix(keptTextBytes), as: UTF8.self)
        return JSONText([
            "error": [
                "message": .string(text), "param": .null, "code": .null,
                "type": .string(status < 500 ? "invalid_request_error" : "server_error"),
            ]
        ])
    }
}
