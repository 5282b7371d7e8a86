import JSON
import PromptBatch

/// What an engine on a device with a model costs: steps, reading, starts, and how steady it is.
///
/// docs/simulator.md describes the file.
public struct EngineProfile: Sendable, Hashable {
    public enum Dialect: String, Sendable, CaseIterable {
        case mainline, ik
    }

    public let name: String
    /// Where the figures are from, and which of them nobody measured.
    public let about: String
    /// Which llama-server's command line it takes.
    public let dialect: Dialect
    /// Whether a request's `speculative.n_max` and `speculative.p_min` hold.
    public let honoursRequestDepth: Bool
    /// As `/props` names it.
    public let quantization: String
    /// From the start of the program to `/health` answering 200, loading the model included.
    public let startMilliseconds: Double
    public let step: StepCosts
    public let reading: ReadingCosts
    public var disturbance: Disturbance

    /// - Throws: ``SimulationFileError`` that names the field.
    public init(parsing bytes: [UInt8]) throws(SimulationFileError) {
        let json: JSON
        do { json = try JSON.parse(bytes) } catch {
            throw SimulationFileError(.notJSON, at: "", "it is no JSON: \(error)")
        }
        var fields = try FieldReader(json, at: "")
        name = try fields.text("name")
        about = try fields.text("about")
        let dialect = try fields.text("dialect")
        guard let known = Dialect(rawValue: dialect) else {
            throw SimulationFileError(
                .outOfRange, at: "dialect",
                "there is no '\(dialect)'; write \(Dialect.allCases.map(\.rawValue).joined(separator: " or "))"
            )
        }
        self.dialect = known
        honoursRequestDepth = try fields.flag("depth_in_request", else: false)
        quantization = try fields.text("quantization")
        var start = try fields.fields("start")
        startMilliseconds =
            try start.number("milliseconds")
            + start.number("model_gigabytes") * start.number("milliseconds_per_gigabyte")
        try start.finish()
        step = try StepCosts(fields.required("step"), at: "step")
        reading = try ReadingCosts(fields.required("reading"), at: "reading")
        disturbance = try Disturbance(fields.required("disturbance"), at: "disturbance")
        try fields.finish()
    }

    /// Milliseconds of a step without noise.
    ///
    /// - Parameters:
    ///   - drafting: the slots that generate.
    ///   - readTokens: tokens of prompts that are read in the same step.
    ///   - prompts: how many of these end in it.
    ///   - isDrafting: whether the engine was started to draft.
    public func stepMilliseconds(
        _ drafting: [SlotDrafts], readTokens: Int, prompts: Int, isDrafting: Bool
    ) -> Double {
        step.milliseconds(drafting)
            + reading.milliseconds(tokens: readTokens, prompts: prompts, isDrafting: isDrafting)
    }
}
