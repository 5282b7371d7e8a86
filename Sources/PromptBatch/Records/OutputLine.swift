import JSON

/// One line of `output.jsonl` or `errors.jsonl`, in the shape of OpenAI's Batch API.
///
/// There, an HTTP error is told by its `response` and `error` is null; `error` is for requests that got no HTTP answer.
/// Why a prompt failed stands in ``error`` here in both cases; ``json`` puts it where it belongs.
public struct OutputLine: Hashable, Sendable {
    /// The engine's answer as it was received.
    public struct Response: Hashable, Sendable {
        /// The HTTP status.
        public var statusCode: Int
        /// The engine's name for the request, nil when it gave none.
        public var requestID: String?
        /// The answer's body, byte for byte.
        public var body: JSONText

        public init(statusCode: Int, requestID: String?, body: JSONText) {
            self.statusCode = statusCode
            self.requestID = requestID
            self.body = body
        }

        /// A response whose body is a value rather than somebody's text.
        public init(statusCode: Int, requestID: String?, body: JSON) {
            self.init(statusCode: statusCode, requestID: requestID, body: JSONText(body))
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
    /// The line of the input file that it is about, 1-based; nil where it is of no single line, or another program
    /// named it.
    public var inputLine: Int? {
        guard id.hasPrefix("batch_req_"), let dash = id.lastIndex(of: "-"),
            let line = Int(id[id.index(after: dash)...]), line > 0
        else { return nil }
        return line
    }
}
