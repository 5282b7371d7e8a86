import Testing
import Workload

@testable import Speculation

/// What engines need together for work, by what each would need for it alone.
@Suite struct SharedForecastTests {
    private let model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))

    /// Of a lane that does so many prompts of each batch, one at a time.
    private func work(_ prompts: [String: Int]) -> WorkForecast {
        let backlog = prompts.sorted { $0.key < $1.key }.map { batch, count in
            BacklogEntry(
                key: batch, traits: Samples.prompt(.code, batch: batch), prompts: count, expectedTokens: 100)
        }
        return LanePlanner().forecast(
            backlog: backlog, running: LaneState(setting: .off, switchCostSeconds: 5, slots: 1), model: model,
            policy: DepthPolicy(candidates: [.off]))
    }

    private func isClose(_ value: LikelyValue?, _ expected: Double) -> Bool {
        value.map { abs($0.value / expected - 1) < 1e-9 } ?? false
    }

    @Test func speedsAddUp() {
        let alone = LikelyValue(value: 60, low: 30, high: 120)
        var time = SharedTime()
        #expect(time.likely == nil)
        time.add(alone, lanes: 2, after: 0)
        #expect(time.likely == LikelyValue(value: 30, low: 15, high: 60))
    }

    @Test func whoBeginsLaterDoesLess() {
        let alone = LikelyValue(value: 60, low: 60, high: 60)
        var time = SharedTime()
        time.add(alone, lanes: 1, after: 0)
        time.add(alone, lanes: 1, after: 20)
        #expect(isClose(time.likely, 40))
        time.add(alone, lanes: 1, after: 41)
        #expect(isClose(time.likely, 40), "one that could begin when all is done has no part")
    }

    @Test func lanesOfOneEngineShareItsWork() {
        let alone = work(["a": 20])
        var shared = SharedForecast()
        #expect(shared.total == nil && shared.end(of: "a") == nil)
        shared.add(alone, lanes: 2, after: 3)
        #expect(isClose(shared.total, 3 + alone.total.value / 2))
        #expect(shared.end(of: "a") == shared.total)
        #expect(shared.batches == ["a"] && shared.parts == alone.parts)
    }

    @Test func whatOnlySomeCanDoWaitsForThem() {
        let (a, b) = (work(["a": 30]), work(["b": 10]))
        var apart = SharedForecast()
        apart.add(a, lanes: 1)
        apart.add(b, lanes: 1)
        #expect(isClose(apart.total, a.total.value))
        #expect(apart.parts.map(\.key) == ["a", "b"])
        // The first can do both, the second has time for all of b.
        var overlapping = SharedForecast()
        overlapping.add(work(["a": 30, "b": 10]), lanes: 1)
        overlapping.add(b, lanes: 1)
        #expect(isClose(overlapping.total, a.total.value))
        #expect(overlapping.parts.reduce(0) { $0 + $1.prompts } == 40)
        let ofB = overlapping.seconds(of: { $0.batch == "b" })
        #expect(isClose(ofB, b.total.value / 2))
        let ofNone = overlapping.seconds(of: { $0.batch == "c" })
        #expect(ofNone == nil)
    }
}
