import Foundation
import Logging
import PromptBatch
import Spool
import TestSupport
import Testing
import Workload

@testable import Control
@testable import Daemon
@testable import Dispatching
@testable import Publishing

@Suite struct DaemonMetricsTests {
    static let promtool = ["/usr/bin/promtool", "/usr/local/bin/promtool"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private func lines(_ metrics: DaemonMetrics) -> [Substring] {
        PrometheusText.text(of: CountedFamilies(counts: metrics.counts).all).split(separator: "\n")
    }

    @Test func speedsHaveTheirSpread() throws {
        let metrics = DaemonMetrics()
        for speed in [40.0, 50, 60] { metrics.noteAnswer(.ofAnswer(.math, depth: 2, speed: speed)) }
        metrics.noteAnswer(.ofAnswer(.math, depth: 0, drafted: nil, accepted: nil, speed: 30))
        metrics.noteAnswer(.ofAnswer(.code, depth: nil, speed: 70))
        metrics.noteAnswer(.ofAnswer(.analysis, depth: 1, speed: nil))
        let speeds = metrics.counts.speeds
        #expect(speeds.map(\.workload) == ["code", "math", "math"])
        #expect(speeds.map(\.depth) == [nil, 0, 2])
        #expect(speeds.map(\.answers) == [1, 1, 3])
        #expect(speeds.map(\.mean) == [70, 30, 50])
        #expect(speeds[0].deviation == nil)
        #expect(abs(try #require(speeds[2].deviation) - 10) < 1e-9)
    }

    @Test func theLastStartsOfLanesAreKept() {
        let metrics = DaemonMetrics()
        for slots in 1...40 { metrics.note(laneStart(slots: slots)) }
        #expect(metrics.counts.laneStarts.map(\.slots) == Array(11...40))
    }

    private func laneStart(slots: Int) -> SpoolStatus.LaneStart {
        SpoolStatus.LaneStart(
            at: Date(timeIntervalSince1970: 0), engineID: nil, engine: nil, depth: 1, pMin: 0,
            usesNgrams: false, slots: slots)
    }

    /// They are in the status that it left.
    @Test func theLastStartsOfAnEarlierRunAreKept() async throws {
        var status = SpoolStatus(state: .stopped, message: "", version: "1")
        status.laneStarts = (1...20).reversed().map { laneStart(slots: $0) }
        let site = try await PartsSite { root in
            try status.write(to: SpoolLayout(root: root))
            return try Ledger(path: root + "/ledger.sqlite")
        }
        for slots in 21...40 { site.parts.metrics.note(laneStart(slots: slots)) }
        #expect(site.parts.metrics.counts.laneStarts.map(\.slots) == Array(11...40))
    }

    @Test func promptsAreToldApartByWorkloadAndDepth() {
        let metrics = DaemonMetrics()
        metrics.noteAnswer(.ofAnswer(.code, depth: 3))
        metrics.noteAnswer(.ofAnswer(.code, depth: 3))
        metrics.noteAnswer(.ofAnswer(.creative, depth: nil, drafted: nil, accepted: nil, speed: nil))
        metrics.note(.failed, .init(workload: .math, depth: 0))
        let lines = lines(metrics)
        for line in [
            #"draftspool_prompts_total{outcome="answered",workload="code",depth="3"} 2"#,
            #"draftspool_prompts_total{outcome="answered",workload="creative",depth="none"} 1"#,
            #"draftspool_prompts_total{outcome="failed",workload="math",depth="0"} 1"#,
            #"draftspool_generated_tokens_total{workload="code",depth="3"} 200"#,
            #"draftspool_cached_tokens_total{workload="creative",depth="none"} 4"#,
            #"draftspool_accepted_tokens_total{workload="code",depth="3"} 40"#,
            #"draftspool_draft_acceptance_ratio_bucket{workload="code",depth="3",le="0.6"} 0"#,
            #"draftspool_draft_acceptance_ratio_bucket{workload="code",depth="3",le="0.7"} 2"#,
            #"draftspool_generation_speed_tokens_per_second_sum{workload="code",depth="3"} 100"#,
            #"draftspool_speed_prediction_ratio_count{source="learned"} 2"#,
            #"draftspool_speed_prediction_ratio_bucket{source="learned",le="0.8"} 2"#,
        ] {
            #expect(lines.contains(line[...]), "\(line)")
        }
        #expect(!lines.contains { $0.contains("acceptance_ratio") && $0.contains("creative") })
    }

    @Test func whatHappensToEnginesIsCountedByTheirNames() {
        let metrics = DaemonMetrics()
        metrics.noteStart(of: "", seconds: 1.5)
        metrics.noteStart(of: "deep", seconds: 2)
        metrics.noteFailedStart(of: "deep")
        metrics.noteLoss(of: "deep")
        metrics.noteLaneChange(of: "", seconds: 0.25)
        let lines = lines(metrics)
        for line in [
            "draftspool_engine_starts_total 1", #"draftspool_engine_starts_total{engine="deep"} 1"#,
            #"draftspool_engine_start_seconds_total{engine="deep"} 2"#,
            #"draftspool_engine_start_failures_total{engine="deep"} 1"#,
            #"draftspool_engine_losses_total{engine="deep"} 1"#, "draftspool_lane_changes_total 1",
            "draftspool_lane_change_seconds_total 0.25",
        ] {
            #expect(lines.contains(line[...]), "\(line)")
        }
    }

    @Test func aPlaceTellsAChangeFromAnotherStart() {
        let device = Device(name: nil)
        let changes = [0, 0, 3, 0].map { depth in
            device.noteServing(.init(depth: depth))
        }
        #expect(changes == [false, false, true, true])
    }

    private func page(of site: PartsSite) async -> String {
        await MetricsPage(
            parts: site.parts, pool: nil, ends: ExpectedEnds(), settings: site.settings, startedAt: Date()
        ).text(state: .starting)
    }

    @Test func thePageHasWhatWaits() async throws {
        let site = try await PartsSite()
        try await site.submit("one", prompts: 3)
        let lines = await page(of: site).split(separator: "\n")
        #expect(lines.contains(#"draftspool_queue_prompts{state="ready"} 3"#))
        #expect(lines.contains(#"draftspool_state{state="starting"} 1"#))
        #expect(lines.contains(#"draftspool_state{state="ready"} 0"#))
        #expect(lines.contains(#"draftspool_trouble{part="ledger"} 0"#))
        let age = lines.first { $0.hasPrefix("draftspool_queue_oldest_age_seconds ") }
        #expect(age.flatMap { Double($0.split(separator: " ")[1]) }.map { $0 >= 0 && $0 < 600 } == true)
    }

    @Test func thePageHasDeadlinesAndHooks() async throws {
        let site = try await PartsSite()
        try await site.submit("one", prompts: 1, overrides: [#""deadline": "2999-01-01T00:00:00Z""#])
        try await site.submit("two", prompts: 1)
        let lines = await page(of: site).split(separator: "\n")
        // Without an engine nothing can be said of its end.
        #expect(lines.contains(#"draftspool_deadline_batches{state="unknown"} 1"#))
        #expect(lines.contains(#"draftspool_deadline_batches{state="at_risk"} 0"#))
        #expect(lines.contains(#"draftspool_hook_batches{state="waiting"} 0"#))
        #expect(lines.contains(#"draftspool_hook_tries_total{outcome="delivered"} 0"#))
    }

    @Test func aDeadlineIsAtRiskWhenTheEndIsExpectedAfterIt() {
        let deadline = Date(timeIntervalSince1970: 1_790_000_000)
        let prospects = [deadline - 1, deadline, deadline + 1, nil].map {
            DeadlineFamilies.Prospect(ofEnd: $0, before: deadline)
        }
        #expect(prospects == [.inTime, .inTime, .atRisk, .unknown])
    }

    @Test func cancelledPromptsAreCounted() async throws {
        let site = try await PartsSite()
        let batch = try await site.submit("one", prompts: 3)
        let cancellation = BatchCancellation(
            ledger: site.parts.ledger, queue: site.parts.queue, requests: site.parts.requests,
            recorder: site.parts.recorder, metrics: site.parts.metrics)
        async let recording: Void = site.parts.recorder.run()
        _ = try await cancellation.cancel(batch)
        await site.parts.recorder.finish()
        await recording
        let counted = site.parts.metrics.counts.outcomes.filter { $0.key.outcome == .cancelled }
        #expect(counted.values.reduce(0, +) == 3)
    }

    @Test func expiredPromptsAreCounted() async throws {
        let site = try await PartsSite()
        try await site.submit("one", prompts: 3, overrides: [#""deadline": "2020-01-01T00:00:00Z""#])
        async let recording: Void = site.parts.recorder.run()
        try await site.parts.deadlines.endOverdue()
        await site.parts.recorder.finish()
        await recording
        let counted = site.parts.metrics.counts.outcomes.filter { $0.key.outcome == .expired }
        #expect(counted.values.reduce(0, +) == 3)
    }

    /// What `promtool check metrics` accepts.
    @Test(.enabled(if: DaemonMetricsTests.promtool != nil)) func promtoolHasNothingToSay() async throws {
        let site = try await PartsSite()
        site.parts.metrics.noteAnswer(.ofAnswer(.code, depth: 3))
        site.parts.metrics.noteStart(of: "a \"b\"", seconds: 1)
        let promtool = try #require(Self.promtool)
        let run = try await ProgramRun(promtool, ["check", "metrics"], input: await page(of: site))
        #expect(run.status == 0 && run.diagnostics.isEmpty, "\(run.output)\(run.diagnostics)")
    }
}
