import JSON
import Foundation
import PromptBatch
import Speculation
import Testing
import Workload

@testable import Calibration

/// Reports of measurements made up from published ones: Qwen3.6-27B Q4_K_M at depth 3 (r/LocalLLaMA 1t9gcar).
struct CalibrationReportTests {
    private let plan = Samples.plan(workloads: [.code, .analysis, .creative], repeats: 3)

    /// Baselines that drift from repeat to repeat, and 1.30, 0.99 and 0.91 times them at depth 3.
    private var measurements: [SweepMeasurement] {
        let ratios: [(Workload, Double)] = [
            (.code, 19.7 / 15.1), (.analysis, 14.9 / 15.1), (.creative, 13.7 / 15.1),
        ]
        return [15.1, 12.1, 18.1].enumerated().flatMap { repetition, baseline in
            ratios.flatMap { workload, ratio in
                [
                    Samples.measurement(.off, workload, tokensPerSecond: baseline, repetition: repetition),
                    Samples.measurement(
                        Samples.depth3, workload, tokensPerSecond: baseline * ratio, repetition: repetition),
                ]
            }
        }
    }

    @Test func speedupsAreOfTheSameRepeat() throws {
        let panel = try #require(CalibrationReport(plan: plan, measurements: measurements).panels.first)
        let code = try #require(panel.row(.code, Samples.depth3))
        #expect(abs(code.tokensPerSecond - 19.7) < 1e-9)
        #expect(abs((code.speedup ?? 0) - 19.7 / 15.1) < 1e-9)
        let range = try #require(code.speedupRange)
        #expect(range.upperBound - range.lowerBound < 1e-9)
        #expect(abs((code.acceptance ?? 0) - 60.0 / 90) < 1e-9)
        // The first token comes with the reading.
        #expect(abs((code.tokensPerStep ?? 0) - 99.0 / 39) < 1e-9)
    }

    @Test func theBestAndTheHarmfulAreNamed() throws {
        let panel = try #require(CalibrationReport(plan: plan, measurements: measurements).panels.first)
        #expect(panel.best(of: .code)?.setting == Samples.depth3)
        #expect(panel.best(of: .analysis)?.setting == .off)
        #expect(panel.best(of: .creative)?.setting == .off)
        #expect(panel.harmful(to: .creative).map(\.setting) == [Samples.depth3])
        #expect(panel.harmful(to: .analysis).isEmpty && panel.harmful(to: .code).isEmpty)
    }

    @Test func aPartOfTheMeasurementsIsReportedAsSuch() {
        let all = measurements
        #expect(CalibrationReport(plan: plan, measurements: all).isComplete)
        for count in 0..<all.count {
            let report = CalibrationReport(plan: plan, measurements: Array(all.prefix(count)))
            #expect(!report.isComplete && report.panels.count == min(1, count))
        }
    }

    @Test func equalAnswersAreCountedAgainstOff() throws {
        let request = { (id: String, answer: String) in
            Samples.request(id, milliseconds: 1, answer: answer)
        }
        let measurements = [
            Samples.measurement(Samples.key(.off), [request("a", "x"), request("b", "y")]),
            Samples.measurement(Samples.key(Samples.depth3), [request("a", "x"), request("b", "z")]),
            Samples.measurement(Samples.key(.off, repetition: 1), [request("a", "x"), request("b", "y")]),
        ]
        let drafting = try #require(AnswerComparison(of: measurements, at: Samples.depth3))
        #expect(drafting.compared == 2 && drafting.equal == 1 && drafting.differing == ["b"])
        let again = try #require(AnswerComparison(of: measurements, at: .off))
        #expect(again.compared == 2 && again.equal == 2)
        #expect(AnswerComparison(of: measurements, at: Samples.cautious) == nil)
        var sampled = measurements[1]
        for index in sampled.requests.indices { sampled.requests[index].isGreedy = false }
        #expect(AnswerComparison(of: [measurements[0], sampled], at: Samples.depth3) == nil)
    }

    @Test func positionsAreSharesOfDraftingSteps() throws {
        var request = Samples.request(drafted: 120, accepted: 60, milliseconds: 1000)
        request.acceptedPerPosition = [30, 20, 10]
        request.draftingSteps = 40
        let panel = try #require(
            CalibrationReport(
                plan: plan, measurements: [Samples.measurement(Samples.key(Samples.depth3), [request])]
            ).panels.first)
        #expect(panel.row(.code, Samples.depth3)?.acceptancePerPosition == [0.75, 0.5, 0.25])
        #expect(panel.row(.code, Samples.depth3)?.speedup == nil)
    }

    @Test func theJSONHasTheDocumentedKeys() throws {
        let path =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path + "/docs/calibration.md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let contenders = [0, 1].map { Samples.contender(engine: $0, Samples.depth3) }
        let json = CalibrationReport(
            plan: plan, measurements: measurements,
            comparison: EngineComparison(
                of: contenders.map { Samples.round($0, 0, seconds: 1) }, contenders: contenders,
                engines: [Samples.engine(server: "/a"), Samples.engine(server: "/b")])
        ).json
        #expect(json["comparison"]?["verdicts"]?[0]?["decided"]?.boolValue == false)
        for key in Self.keys(in: json) { #expect(text.contains("`\(key)`"), "\(key) is not documented") }
        #expect(try JSON.parse(json.serialized()) == json)
    }

    private static func keys(in json: JSON) -> Set<String> {
        var keys: Set<String> = []
        for (key, value) in json.objectValue ?? [:] { keys.formUnion(Self.keys(in: value).union([key])) }
        for element in json.arrayValue ?? [] { keys.formUnion(Self.keys(in: element)) }
        return keys
    }
}
