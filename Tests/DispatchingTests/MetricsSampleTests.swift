import Engine
import Foundation
import Speculation
import Spool
import TestSupport
import Testing

@testable import Daemon
@testable import Dispatching
@testable import Hooks
@testable import Loops

/// `scripts/test-monitoring` tries alert rules and dashboard on `examples/monitoring/draftspool.prom`, which must be as the
/// daemon writes it.
@Suite struct MetricsSampleTests {
    @Test func theSampleIsWhatIsWritten() throws {
        #expect(families.filter(\.samples.isEmpty).map(\.name) == [])
        let written = PrometheusText.text(of: families).split(separator: "\n")
        #expect(try sample.split(separator: "\n") == written)
    }

    @Test func allOfThePageIsInTheSample() async throws {
        let site = try await PartsSite()
        let page = await MetricsPage(
            parts: site.parts, pool: nil, ends: ExpectedEnds(), settings: site.settings, startedAt: Date()
        ).text(state: .ready)
        let types = try Set(sample.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") })
        for type in page.split(separator: "\n") where type.hasPrefix("# TYPE ") {
            #expect(types.contains(type))
        }
    }

    private var sample: String {
        get throws {
            let path = TestPaths.projectRoot + "/examples/monitoring/draftspool.prom"
            return try String(contentsOfFile: path, encoding: .utf8)
        }
    }

    private var families: [MetricFamily] {
        let daemon = DaemonFamilies(
            version: "1.0.0", spool: "/var/spool/draftspool", engines: 2,
            startedAt: Date(timeIntervalSince1970: 1_790_000_000), state: .ready, troubles: Troubles())
        let queue = QueueFamilies(
            ready: 120, delayed: 2, running: 3, oldestAge: .seconds(5400),
            expected: LikelyValue(value: 1800, low: 1200, high: 2700))
        let deadlines = DeadlineFamilies(prospects: [.inTime, .inTime, .atRisk])
        let hooks = HookFamilies(waiting: .init(waiting: 3, failing: 1, error: nil), tries: tries)
        return daemon.all + queue.all + deadlines.all + hooks.all + CountedFamilies(counts: counts).all
            + EngineFamilies(reports: [deep, plain]).all
    }

    private var tries: HookTries {
        var tries = HookTries()
        tries.delivered = 12
        tries.failed = 4
        tries.givenUp = 1
        return tries
    }

    private var counts: DaemonMetrics.Counts {
        let metrics = DaemonMetrics()
        metrics.noteAnswer(.ofAnswer(.code, depth: 3, accepted: 24))
        metrics.noteAnswer(.ofAnswer(.code, depth: 3, accepted: 24))
        metrics.noteAnswer(
            .ofAnswer(.creative, depth: 0, drafted: nil, accepted: nil, speed: 32, source: .prior))
        metrics.note(.failed, .init(workload: .math, depth: 1))
        metrics.note(.cancelled, .init(workload: .translation, depth: nil))
        metrics.note(.expired, .init(workload: .analysis, depth: nil))
        metrics.noteStart(of: "deep", seconds: 42.5)
        metrics.noteLoss(of: "deep")
        metrics.noteLaneChange(of: "deep", seconds: 38.5)
        metrics.noteFailedStart(of: "plain")
        metrics.noteStart(of: "plain", seconds: 0.25)
        return metrics.counts
    }

    private var deep: EngineReport {
        let engine = EngineDescription(
            name: "llama-server", version: "b11669", modelName: "Qwen3.6-27B-MTP-Q8_0.gguf",
            quantization: "Q8_0", slots: 4)
        return report(
            "deep", engine, .init(depth: 3, pMin: 0.75), busy: 3, at: .init(name: "CUDA0", gate: .closed))
    }

    private var plain: EngineReport {
        let engine = EngineDescription(
            name: "vllm", version: "0.32.0", modelName: "Qwen3.6-27B", slots: 16)
        return report("plain", engine, .off, busy: 0, at: .init(name: "", gate: .open))
    }

    private func report(
        _ name: String, _ description: EngineDescription, _ setting: DraftSetting, busy: Int,
        at place: EngineReport.Place
    ) -> EngineReport {
        let engine = LaneEngine(
            engine: ScriptedEngine(), description: description, setting: setting, slots: description.slots,
            processID: nil, startMilliseconds: 1, recentDrafts: RecentDrafts(capacity: 1))
        let lane = Lane.Report(engine: engine, slots: description.slots, inFlight: busy)
        return EngineReport(name: name, lanes: [lane], devices: [place])
    }
}
