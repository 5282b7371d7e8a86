import PromptBatch
import Speculation
import Testing
import Workload

@testable import Calibration
@testable import Intake

struct ContenderChoiceTests {
    private let cautious = Samples.cautious
    private let selection: PromptSelection

    init() throws {
        selection = PromptSelection(
            of: BuiltInPrompts.all.filter { [.code, .creative].contains($0.workloadOverride) }, count: 2,
            judge: try PromptJudge(rules: []))
    }

    /// Milliseconds of a measurement of both prompts of a workload.
    private func measurement(
        _ engine: Int, _ setting: SweepSetting, _ workload: Workload, _ milliseconds: Double
    ) -> SweepMeasurement {
        var key = Samples.key(setting, workload)
        key.engine = engine
        return Samples.measurement(
            key, [Samples.request("a", milliseconds: 1), Samples.request("b", milliseconds: 1)],
            wall: milliseconds)
    }

    private func plan(_ engines: [SweptEngine]) -> SweepPlan {
        Samples.plan(engines: engines, settings: [.off, Samples.depth3, cautious])
    }

    @Test func theBestAndACloseSecondAndEachWorkloadsOwnBestAreTried() {
        let plan = plan([Samples.engine()])
        let contenders = ContenderChoice.contenders(
            of: plan, selection: selection,
            measurements: [
                measurement(0, .off, .code, 900), measurement(0, .off, .creative, 400),
                measurement(0, Samples.depth3, .code, 300), measurement(0, Samples.depth3, .creative, 900),
                measurement(0, cautious, .code, 600), measurement(0, cautious, .creative, 500),
            ])
        // 1100 of cautious is the best, 1200 close to it, and 1300 is not.
        #expect(contenders.map(\.commonSetting) == [cautious, Samples.depth3, nil])
        #expect(contenders.last?.choices.map(\.setting) == [Samples.depth3, .off])
        #expect(contenders.last?.start == Samples.depth3)
    }

    @Test func whatWasNotMeasuredInFullIsLeftOut() {
        let plan = plan([Samples.engine()])
        let contenders = ContenderChoice.contenders(
            of: plan, selection: selection,
            measurements: [
                measurement(0, .off, .code, 900), measurement(0, .off, .creative, 400),
                measurement(0, Samples.depth3, .code, 100),
            ])
        #expect(contenders.map(\.commonSetting) == [.off, nil])
        #expect(ContenderChoice.contenders(of: plan, selection: selection, measurements: []).isEmpty)
    }

    @Test func everyProgramHasItsOwnContendersAtItsBestSlots() {
        let engines = [
            Samples.engine(server: "/a", name: "a"), Samples.engine(server: "/a", name: "a", slots: 4),
            Samples.engine(server: "/b", name: "b", canDraft: false),
        ]
        let plan = plan(engines)
        let times: [(Int, Double)] = [(0, 500), (1, 200), (2, 900)]
        let contenders = ContenderChoice.contenders(
            of: plan, selection: selection,
            measurements: times.flatMap { engine, time in
                [measurement(engine, .off, .code, time), measurement(engine, .off, .creative, time)]
            })
        #expect(contenders.map(\.engine) == [1, 2])
    }

    @Test func aRoundIsLongEnoughToBeTimed() {
        let plan = plan([Samples.engine()])
        let contender = Samples.contender(engine: 0, .off)
        let count = { (milliseconds: Double) in
            ComparisonBatch(
                plan: plan, selection: selection, contenders: [contender],
                measurements: [
                    measurement(0, .off, .code, milliseconds), measurement(0, .off, .creative, milliseconds),
                ]
            ).count
        }
        // Four prompts: once where they take long, ten times where they take a tenth of the least.
        #expect(count(60_000) == 4 && count(ComparisonBatch.leastMilliseconds / 20) == 40)
        #expect(count(0.001) == 4 * ComparisonBatch.mostCopies)
    }

    @Test func onlyMixedRequestsNameTheirSettingAndThoseOfOneSettingComeTogether() {
        let plan = plan([Samples.engine()])
        let mixed = Contender(
            engine: 0,
            choices: [
                .init(workload: .code, setting: Samples.depth3), .init(workload: .creative, setting: .off),
            ])
        let batch = ComparisonBatch(plan: plan, selection: selection, contenders: [mixed], measurements: [])
        let settings = batch.requests(for: mixed, round: 0).compactMap(\.setting)
        #expect(settings.count == batch.count && settings == settings.sorted())
        let fixed = batch.requests(for: Samples.contender(engine: 0, Samples.depth3), round: 0)
        #expect(fixed.count == batch.count && fixed.allSatisfy { $0.setting == nil })
    }
}
