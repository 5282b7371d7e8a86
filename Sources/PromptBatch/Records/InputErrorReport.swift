import JSON

/// What `<name>.error.json` beside a file in `failed/` says: why the file could not be run at all.
public struct InputErrorReport: Codable, Hashable, Sendable {
    /// How many problems of single lines a report lists.
    public static let greatestProblemCount = 100

    /// The batch that the file would have been; nil in reports of earlier versions.
    public var batchID: String?
    /// The name of the input file.
    public var input: String
    /// What is wrong with the file as a whole.
    public var problem: PromptProblem
    /// The problems of its lines, at most ``greatestProblemCount``.
    public var problems: [PromptProblem]

    public init(batchID: String?, input: String, problem: PromptProblem, problems: [PromptProblem] = []) {
        self.batchID = batchID
        self.input = input
        self.problem = problem
        self.problems = Array(problems.prefix(Self.greatestProblemCount))
    }

    /// The report as a JSON object: `batch_id`, `input`, `error`, `problems`.
    public var json: JSON {
        [
            "batch_id": batchID.map(JSON.string) ?? .null, "input": .string(input), "error": problem.json,
            "problems": .array(problems.map(\.json)),
        ]
    }

    /// The report as UTF-8 on one line, without a line end.
    public func serialized() -> [UInt8] { json.serialized() }

    private enum CodingKeys: String, CodingKey {
        case input, problems
        case batchID = "batch_id"
        case problem = "error"
    }
}
