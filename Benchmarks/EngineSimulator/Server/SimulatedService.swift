import JSON
import EngineSimulation
import NIOCore
import PromptBatch

/// What the server answers, on one event loop.
final class SimulatedService {
    typealias Reply = (status: Int, body: String)
    typealias Completion = (Reply) -> Void

    let options: ServerOptions
    let driver: EngineDriver
    private let prompts: HiddenPrompts
    private let key: String?
    private var profile: EngineProfile { driver.engine.profile }

    init(options: ServerOptions, prompts: HiddenPrompts, key: String?, driver: EngineDriver) {
        self.options = options
        self.prompts = prompts
        self.key = key
        self.driver = driver
    }

    /// - Parameter bearer: the request's `authorization` header.
    /// - Returns: The task that is to be cancelled where the client goes away; nil if the answer was given at once.
    func answer(
        path: String, bearer: String?, body: ByteBuffer, isPost: Bool, completion: @escaping Completion
    ) -> Int? {
        if let key, path != "/health", bearer != "Bearer \(key)" {
            completion(ErrorPage.reply(401, "Invalid API Key", type: "authentication_error"))
            return nil
        }
        guard driver.isReady else {
            completion(ErrorPage.reply(503, "Loading model", type: "unavailable_error"))
            return nil
        }
        if isPost, let api = Self.api(of: path) {
            return generate(api, body: body, completion: completion)
        }
        let page = StatusPages(options: options, driver: driver)
        switch path {
        case "/health": completion((200, #"{"status":"ok"}"#))
        case "/props": completion((200, page.properties))
        case "/slots": completion((200, page.slots))
        case "/metrics": completion((200, page.metrics))
        case "/v1/models", "/models": completion((200, page.models))
        default: completion(ErrorPage.reply(404, "File Not Found", type: "not_found_error"))
        }
        return nil
    }

    private static func api(of path: String) -> CompletionRequest.API? {
        switch path {
        case "/v1/chat/completions", "/chat/completions": .chat
        case "/v1/completions": .text
        case "/completion", "/completions": .native
        default: nil
        }
    }

    private func generate(
        _ api: CompletionRequest.API, body: ByteBuffer, completion: @escaping Completion
    ) -> Int? {
        let request: CompletionRequest
        do { request = try CompletionRequest(api, body: Array(body.readableBytesView)) } catch {
            completion(ErrorPage.reply(400, error.description, type: "invalid_request_error"))
            return nil
        }
        let task = task(for: request)
        guard task.promptTokens < options.contextTokensPerSlot else {
            completion(
                ErrorPage.reply(
                    400,
                    "the request exceeds the available context size (\(task.promptTokens) of "
                        + "\(options.contextTokensPerSlot) tokens)", type: "exceed_context_size_error"))
            return nil
        }
        let writer = CompletionPage(options: options, request: request)
        return driver.submit(task) { answer in completion((200, writer.body(of: answer))) }
    }

    /// A prompt's randomness is its own, so that it behaves the same beside whatever else and at any setting.
    private func task(for request: CompletionRequest) -> GenerationTask {
        var random = RandomStream(
            seed: options.seed, request.text.hash, UInt64(bitPattern: Int64(request.seed)))
        guard let behaviour = prompts.behaviour(of: request.text.hash, random: &random) else {
            preconditionFailure("every prompt has a group")
        }
        let choosesDepth = profile.honoursRequestDepth && options.depth > 0
        return GenerationTask(
            id: 0,
            promptTokens: request.promptTokens
                ?? profile.reading.tokens(bytes: request.text.bytes, messages: request.text.messages),
            behaviour: behaviour, maximumTokens: request.maximumTokens, ignoresEnd: request.ignoresEnd,
            slot: request.slot,
            depth: choosesDepth ? min(options.depth, max(0, request.depth ?? options.depth)) : options.depth,
            pMin: choosesDepth ? request.pMin ?? options.pMin : options.pMin, random: random)
    }
}

/// llama-server's form of an error.
enum ErrorPage {
    static func reply(_ status: Int, _ message: String, type: String) -> SimulatedService.Reply {
        let json: JSON = [
            "error": ["code": JSON(status), "message": .string(message), "type": .string(type)]
        ]
        return (status, String(decoding: json.serialized(), as: UTF8.self))
    }
}
