import JSON
import Foundation
import PromptBatch
import TestSupport
import Testing
import Workload

@Suite("Timing records")
struct TimingRecordTests {
    private func checker() throws -> SchemaChecker {
        SchemaChecker(schema: try JSON.parse(try Documentation.bytes(of: "timing.schema.json")))
    }

    @Test("has the documented keys in order, and rounded numbers")
    func text() {
        #expect(
            SampleRecords.timing().json.text == #"{"schema":2,"custom_id":"q1","line":3,"#
                + #""workload":{"label":"code","confidence":0.9123,"source":"classifier"},"#
                + #""decision":{"depth":3,"p_min":0,"reason":"code 0.91: acceptance 0.70 → 1.4×, so depth 3","#
                + #""source":"learned","predicted":{"acceptance":0.7,"tokens_per_second":61.23,"#
                + #""baseline_tokens_per_second":43.7}},"engine":{"id":null,"name":"llama-server","version":"b11669","#
                + #""model":"demo.gguf","quantization":"F16","lane":"d3","slots":4},"#
                + #""tokens":{"prompt":20,"cached":4,"generated":100,"drafted":90,"accepted":60},"#
                + #""timing":{"queued_ms":12.3,"prompt_ms":30.1,"generation_ms":2000,"total_ms":2031,"#
                + #""tokens_per_second":50,"basis":"engine","busy_slots":2,"change_ms":null},"#
                + #""speculation":{"acceptance":0.6667,"tokens_per_step":2.538,"#
                + #""speedup":{"value":1.5,"low":1.35,"high":1.65,"basis":"measured"}},"attempts":1,"started_at":"2026-11-23T22:55:01.250Z","#
                + #""finished_at":"2026-11-23T22:55:03.282Z"}"#)
    }

    @Test("fits the schema, with everything known and with nothing known")
    func fitsSchema() throws {
        for record in [SampleRecords.timing(), SampleRecords.unknown] {
            let violations = try checker().violations(JSON.parse(record.serialized()))
            #expect(violations == [])
        }
    }

    @Test("random records fit the schema")
    func randomRecords() throws {
        let checker = try checker()
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<60 {
            let generated = Int.random(in: 1...5_000, using: &generator)
            let accepted = Int.random(in: 0..<generated, using: &generator)
            let record = SampleRecords.timing(
                workload: Workload.allCases.randomElement(using: &generator) ?? .code,
                depth: Int.random(in: 0...16, using: &generator),
                pMin: Double.random(in: 0...1, using: &generator), generated: generated,
                drafted: accepted * 2, accepted: accepted,
                generationMilliseconds: Double.random(in: 0...1e9, using: &generator),
                speedup: SampleRecords.speedup(Double.random(in: 0...10, using: &generator)))
            #expect(try checker.violations(record.json) == [])
        }
    }

    @Test("a record with any member removed, added or of another type does not fit")
    func mutationsAreCaught() throws {
        let checker = try checker()
        let record = SampleRecords.timing().json
        for path in Self.paths(of: record) {
            #expect(
                try !checker.violations(Self.changed(record, path) { _ in nil }).isEmpty, "without \(path)")
            #expect(
                try !checker.violations(Self.changed(record, path) { _ in [] }).isEmpty, "array at \(path)")
        }
        for (path, value) in [
            (["workload", "label"], "poetry"), (["workload", "confidence"], JSON.number("1.01")),
            (["decision", "depth"], -1), (["decision", "depth"], JSON.number("1.5")),
            (["decision", "source"], "guess"), (["tokens", "drafted"], -1), (["timing", "total_ms"], -1),
            (["speculation", "acceptance"], 2), (["line"], 0), (["attempts"], 0), (["custom_id"], ""),
            (["started_at"], "2026-11-23 22:55:01"), (["extra"], 1), (["engine", "extra"], 1),
            (["schema"], 1), (["speculation", "speedup", "basis"], "guess"),
            (["timing", "busy_slots"], 0), (["speculation", "speedup", "value"], -1),
        ] as [([String], JSON)] {
            #expect(try !checker.violations(Self.changed(record, path) { _ in value }).isEmpty, "\(path)")
        }
    }

    @Test("reads back through Codable, from its own line and from a coder's")
    func codable() throws {
        for record in [SampleRecords.timing(), SampleRecords.unknown] {
            let read = try JSONDecoder().decode(TimingRecord.self, from: Data(record.serialized()))
            #expect(read.json == record.json)
            #expect(try JSONDecoder().decode(TimingRecord.self, from: JSONEncoder().encode(read)) == read)
        }
    }

    @Test(
        "times are UTC to the millisecond and read back",
        arguments: [
            (0.0, "1970-01-01T00:00:00.000Z"), (1_795_474_501.9996, "2026-11-23T22:55:02.000Z"),
            (-0.5, "1969-12-31T23:59:59.500Z"), (4_102_444_799.007, "2099-12-31T23:59:59.007Z"),
        ])
    func times(seconds: Double, text: String) throws {
        #expect(RFC3339.string(from: Date(timeIntervalSince1970: seconds)) == text)
        let read = try #require(RFC3339.date(from: text))
        #expect(RFC3339.string(from: read) == text)
        #expect(RFC3339.date(from: "2026-11-23T22:55:02Z") != nil)
        #expect(RFC3339.date(from: "yesterday") == nil)
    }

    private static func paths(of value: JSON) -> [[String]] {
        (value.objectValue ?? [:]).flatMap { member in
            [[member.key]] + paths(of: member.value).map { [member.key] + $0 }
        }
    }

    private static func changed(_ value: JSON, _ path: [String], _ change: (JSON?) -> JSON?) -> JSON {
        guard let key = path.first, var object = value.objectValue else { return value }
        object[key] =
            path.count == 1
            ? change(object[key]) : object[key].map { changed($0, Array(path.dropFirst()), change) }
        return .object(object)
    }
}
