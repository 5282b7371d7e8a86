import Engine
import PromptBatch
import Spool

/// The entry of `errors.jsonl` for a prompt that an engine did not answer.
struct FailureLine {
    let line: OutputLine

    init(error: EngineError, queued: QueuedPrompt, batchID: String) {
        let tries = queued.attempts == 1 ? "once" : "\(queued.attempts) times"
        var response: OutputLine.Response?
        let code: String
        let remedy: String
        switch error {
        case .refused(let status, _, let body):
            code = "engine_refused"
            remedy = "mend the request as the engine's message says and submit it again"
            let parsed = try? JSON.parse(body)
            response = OutputLine.Response(
                statusCode: status, requestID: nil,
                body: parsed ?? .string(String(decoding: body.prefix(4096), as: UTF8.self)))
        case .overloaded, .serverError:
            code = "engine_error"
            remedy = "sent \(tries); look at the engine's log, then submit it again"
        case .timedOut:
            code = "engine_timeout"
            remedy = "sent \(tries); ask for fewer tokens, or raise engine.request-timeout"
        case .unreachable, .stalled, .died, .startFailed, .cancelled:
            code = "engine_lost"
            remedy = "sent \(tries), and the engine ended each time; see the journal for its last words"
        case .malformedResponse, .responseTooLarge:
            code = "engine_malformed_answer"
            remedy = "sent \(tries); check that the endpoint speaks the OpenAI API"
        }
        line = OutputLine(
            id: OutputLine.id(batchID: batchID, line: queued.key.line), customID: queued.customID,
            response: response,
            error: OutputLine.Failure(
                code: code, message: "\(error)", remedy: remedy, line: queued.key.line))
    }
}
