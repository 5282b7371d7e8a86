import Speculation
import TestSupport
import Testing
import Workload

@testable import Calibration

struct SweepPlanTests {
    /// Runs a plan to its end without an engine: the lanes in order.
    private func lanes(of plan: SweepPlan, interleaves: Bool) -> [[MeasurementKey]] {
        var done: Set<MeasurementKey> = []
        var lanes: [[MeasurementKey]] = []
        for engine in plan.parameters.engines.indices {
            while true {
                let keys = plan.nextLane(
                    engine: engine, interleaves: interleaves, isLeftOut: done.contains)
                if keys.isEmpty { break }
                lanes.append(keys)
                done.formUnion(keys)
            }
        }
        return lanes
    }

    private func randomPlan(_ generator: inout SeededGenerator) -> SweepPlan {
        let depths = (0...5).filter { _ in Bool.random(using: &generator) }
        let engines = (0..<Int.random(in: 1...3, using: &generator)).map {
            Samples.engine(slots: $0 + 1, canDraft: Bool.random(using: &generator))
        }
        return Samples.plan(
            engines: engines,
            settings: depths.map {
                SweepSetting(DraftSetting(depth: $0, usesNgrams: Bool.random(using: &generator)))
            },
            conditions: SweepCondition.combinations(
                temperatures: [0, 0.7].filter { _ in Bool.random(using: &generator) }, thinking: []),
            workloads: Workload.allCases.filter { _ in Bool.random(using: &generator) },
            repeats: Int.random(in: 1...4, using: &generator))
    }

    @Test func everythingIsMeasuredOnceWhateverTheOrder() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let plan = randomPlan(&generator)
            for interleaves in [false, true] {
                let lanes = lanes(of: plan, interleaves: interleaves)
                let order = lanes.flatMap { $0 }
                #expect(order.count == plan.keys.count)
                #expect(Set(order) == Set(plan.keys))
                for lane in lanes {
                    #expect(Set(lane.map(\.setting)).count == 1 && Set(lane.map(\.engine)).count == 1)
                    if interleaves { #expect(Set(lane.map(\.repetition)).count == 1) }
                }
                if !interleaves {
                    let starts = Set(order.map { "\($0.engine) \($0.setting.label)" })
                    #expect(lanes.count == starts.count)
                }
            }
        }
    }

    @Test func whatIsLeftIsGoneOnWith() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<200 {
            let plan = randomPlan(&generator)
            let done = Set(plan.keys.filter { _ in Bool.random(using: &generator) })
            let next = plan.nextLane(engine: 0, interleaves: true, isLeftOut: done.contains)
            #expect(next.allSatisfy { !done.contains($0) })
            #expect(next.isEmpty == plan.keys.filter { $0.engine == 0 }.allSatisfy(done.contains))
        }
    }

    @Test func repeatsGoBackAndForthThroughSettings() {
        let plan = Samples.plan(settings: [Samples.depth3, Samples.cautious], workloads: [.code], repeats: 3)
        let order = lanes(of: plan, interleaves: true).map { $0[0].setting }
        let settings = [SweepSetting.off, Samples.depth3, Samples.cautious]
        #expect(order == settings + settings.reversed() + settings)
    }

    @Test func aModelWithoutMTPIsNotAskedToDraft() {
        let plan = Samples.plan(
            engines: [Samples.engine(canDraft: false)],
            settings: [Samples.depth3, SweepSetting(DraftSetting(depth: 0, usesNgrams: true))])
        #expect(
            Set(plan.keys.map(\.setting)) == [.off, SweepSetting(DraftSetting(depth: 0, usesNgrams: true))])
    }

    @Test func dearStartsAreMadeOnce() {
        let plan = Samples.plan(workloads: [.code, .math], repeats: 3)
        #expect(plan.interleaves(engine: 0, measurements: []))
        let cheap = Samples.measurement(
            Samples.key(.off), [Samples.request(milliseconds: 900)], start: 400, wall: 1000)
        #expect(plan.interleaves(engine: 0, measurements: [cheap]))
        let dear = Samples.measurement(
            Samples.key(.off), [Samples.request(milliseconds: 900)], start: 600, wall: 1000)
        #expect(!plan.interleaves(engine: 0, measurements: [dear]))
    }

    @Test func remainingTimeCountsWorkAndStarts() throws {
        let plan = Samples.plan(settings: [Samples.depth3], workloads: [.code, .math], repeats: 1)
        let code = Samples.measurement(
            Samples.key(.off, .code), [Samples.request(milliseconds: 1)], start: 500, wall: 4000)
        let math = Samples.measurement(
            Samples.key(.off, .math), [Samples.request(milliseconds: 1)], start: 500, wall: 2000)
        let work = RemainingWork(plan: plan, measurements: [code, math])
        let pending = plan.keys.filter { $0.setting == Samples.depth3 }
        let all = try #require(work.seconds(for: pending, generationsDone: 0) { _ in 4 })
        #expect(abs(all - 6.5) < 1e-9)
        let later = try #require(work.seconds(for: pending, generationsDone: 2) { _ in 4 })
        #expect(abs(later - 4.5) < 1e-9)
        #expect(work.seconds(for: [], generationsDone: 0) { _ in 4 } == 0)
        let unknown = RemainingWork(plan: plan, measurements: [])
        #expect(unknown.seconds(for: plan.keys, generationsDone: 0) { _ in 4 } == nil)
    }

    @Test func differencesAreNamed() {
        let plan = Samples.plan(repeats: 2)
        var other = plan.parameters
        other.repeats = 3
        other.engines = [Samples.engine(slots: 4)]
        let words = other.differences(from: plan.parameters).joined(separator: "; ")
        #expect(words.contains("--repeats: 2 then, 3 now"))
        #expect(words.contains("A Q4_K - Medium, 1 slot then, A Q4_K - Medium, 4 slots now"))
        #expect(plan.parameters.differences(from: plan.parameters).isEmpty)
    }

    @Test func everyDifferenceOfParametersHasWords() {
        let plan = Samples.plan()
        var changed: [SweepParameters] = []
        var parameters = plan.parameters
        parameters.promptDigest = "e"
        changed.append(parameters)
        parameters = plan.parameters
        parameters.conditions = [SweepCondition(temperature: 1)]
        changed.append(parameters)
        parameters = plan.parameters
        parameters.engines[0].fingerprint.engineBuild = "llama-server 2"
        changed.append(parameters)
        parameters = plan.parameters
        parameters.engines[0].modelPath = "/models/b.gguf"
        changed.append(parameters)
        for parameters in changed { #expect(!parameters.differences(from: plan.parameters).isEmpty) }
    }
}
