/// One line of `output.jsonl` or `errors.jsonl`, in the shape of OpenAI's Batch API.
public struct OutputLine: Hashable, Sendable {
    /// The engine's answer as it was received.
    public struct Response: Hashable, Sendable {
        /// The HTTP status.
        public var statusCode: Int
        /// The engine's name for the request, nil when it gave none.
        public var requestID: String?
        /// The answer's body, untouched.
        public var body: JSON

        public init(statusCode: Int, requestID: String?, body: JSON) {
            self.statusCode = statusCode
            self.requestID = requestID
            self.body = body
        }
    }

    /// Why there is no good answer.
    public struct Failure: Hashable, Sendable {
        /// A stable machine code: of ``PromptProblemCode`` for inputs, of the dispatcher for engines.
        public var code: String
        /// What went wrong, in words.
        public var message: String
        /// What to do about it.
        public var remedy: String?
        /// The line of the input file, 1-based.
        public var line: Int?
        /// The field of the input that is wrong.
        public var field: String?

        public init(
            code: String, message: String, remedy: String? = nil, line: Int? = nil, field: String? = nil
        ) {
            self.code = code
            self.message = message
            self.remedy = remedy
            self.line = line
            self.field = field
        }
    }

    /// A name for the line, unique over all batches.
    public var id: String
    /// The prompt's id; nil for an input line whose id could not be read.
    public var customID: String?
    public var response: Response?
    public var error: Failure?

    public init(id: String, customID: String?, response: Response?, error: Failure?) {
        self.id = id
        self.customID = customID
        self.response = response
        self.error = error
    }

    /// The entry of an input line, or of a prompt, that cannot be run.
    public init(problem: PromptProblem, batchID: String) {
        self.init(
            id: Self.id(batchID: batchID, line: problem.line ?? 0), customID: problem.customID, response: nil,
            error: Failure(
                code: problem.code, message: problem.message, remedy: problem.remedy, line: problem.line,
                field: problem.field))
    }

    /// The name of the line for input line `line` of a batch: the same after a restart.
    public static func id(batchID: String, line: Int) -> String {
        "batch_req_\(batchID)-\(line)"
    }

    /// The line as a JSON object; `response` and `error` are `null` when absent, as the Batch API has them.
    public var json: JSON {
        [
            "id": .string(id), "custom_id": JSON(customID), "response": response?.json ?? .null,
            "error": error?.json ?? .null,
        ]
    }

    /// The line as UTF-8 without a line end.
    public func serialized() -> [UInt8] { json.serialized() }
}

extension OutputLine.Response {
    fileprivate var json: JSON {
        ["status_code": JSON(statusCode), "request_id": JSON(requestID), "body": body]
    }
}

extension OutputLine.Failure {
    fileprivate var json: JSON {
        var object: JSONObject = ["code": .string(code), "message": .string(message)]
        object["remedy"] = remedy.map(JSON.string)
        object["line"] = line.map { JSON($0) }
        object["field"] = field.map(JSON.string)
        return .object(object)
    }
}
