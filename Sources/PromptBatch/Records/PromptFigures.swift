import JSON
import Workload

/// What a summary takes from a timing record.
///
/// A batch is summed up from the records as they were written, and reading only this of each costs a tenth of
/// reading it whole.
public struct PromptFigures: Sendable {
    var workload: Workload
    var depth: Int?
    var pMin: Double
    var usesNgrams: Bool
    var engine: EngineIdentity
    var promptTokens: Int?
    var generatedTokens: Int?
    var draftedTokens: Int?
    var acceptedTokens: Int?
    var generationMilliseconds: Double?
    var totalMilliseconds: Double?
    var busySlots: Double?
    var changeMilliseconds: Double?
    var speedup: TimingRecord.Speedup?

    public init(_ record: TimingRecord) {
        workload = record.workload.label
        depth = record.decision.depth
        pMin = record.decision.pMin
        usesNgrams = record.decision.usesNgrams ?? false
        engine = record.engine
        promptTokens = record.tokens.prompt
        generatedTokens = record.tokens.generated
        draftedTokens = record.tokens.drafted
        acceptedTokens = record.tokens.accepted
        generationMilliseconds = record.timing.generationMilliseconds
        totalMilliseconds = record.timing.totalMilliseconds
        busySlots = record.timing.busySlots
        changeMilliseconds = record.timing.changeMilliseconds
        speedup = record.speculation.speedup
    }

    /// Reads a line of `timing.jsonl`.
    ///
    /// - Throws: ``RecordError`` if it is no such line.
    public init(reading line: [UInt8]) throws(RecordError) {
        let record: JSON
        do throws(JSONParseError) { record = try JSON.parse(line) } catch {
            throw RecordError(message: "A timing record is not valid JSON: \(error).")
        }
        guard let label = record["workload"]?["label"]?.stringValue.flatMap(Workload.init(rawValue:)),
            let decision = record["decision"], let depth = decision["depth"],
            depth == .null || depth.intValue != nil, let engine = record["engine"],
            let name = engine["name"]?.stringValue
        else { throw RecordError(message: "A timing record lacks its workload, decision or engine.") }
        workload = label
        self.depth = depth.intValue
        pMin = decision["p_min"]?.doubleValue ?? 0
        usesNgrams = decision["ngram"]?.boolValue ?? false
        self.engine = EngineIdentity(
            id: engine["id"]?.stringValue, name: name, version: engine["version"]?.stringValue,
            model: engine["model"]?.stringValue,
            quantization: engine["quantization"]?.stringValue, lane: engine["lane"]?.stringValue,
            slots: engine["slots"]?.intValue)
        let tokens = record["tokens"]
        promptTokens = tokens?["prompt"]?.intValue
        generatedTokens = tokens?["generated"]?.intValue
        draftedTokens = tokens?["drafted"]?.intValue
        acceptedTokens = tokens?["accepted"]?.intValue
        let timing = record["timing"]
        generationMilliseconds = timing?["generation_ms"]?.doubleValue
        totalMilliseconds = timing?["total_ms"]?.doubleValue
        busySlots = timing?["busy_slots"]?.doubleValue
        changeMilliseconds = timing?["change_ms"]?.doubleValue
        speedup = record["speculation"]?["speedup"].flatMap(Self.speedup)
    }

    private static func speedup(_ json: JSON) -> TimingRecord.Speedup? {
        guard let value = json["value"]?.doubleValue, let low = json["low"]?.doubleValue,
            let high = json["high"]?.doubleValue,
            let basis = json["basis"]?.stringValue.flatMap(TimingRecord.Speedup.Basis.init(rawValue:))
        else { return nil }
        return TimingRecord.Speedup(Estimate(value: value, low: low, high: high), basis: basis)
    }
}
