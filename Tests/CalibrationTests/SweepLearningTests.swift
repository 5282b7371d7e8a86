import Foundation
import Logging
import PromptBatch
import Speculation
import Testing
import Workload

@testable import Calibration
@testable import Dispatching
@testable import Intake

final class SweepLearningTests {
    private let root = FileManager.default.temporaryDirectory.path + "/learning-\(UUID().uuidString)"
    private let plan = Samples.plan(settings: [
        Samples.depth3, SweepSetting(DraftSetting(depth: 0, usesNgrams: true)),
    ])
    private let learning: SweepLearning
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        let judge = try PromptJudge(rules: [])
        let prompt = Prompt(
            line: 1, customID: "a", endpoint: .chatCompletions,
            body: ["messages": [["role": "user", "content": "Write a Python function."]]],
            workloadOverride: .code)
        learning = SweepLearning(
            plan: plan, selection: PromptSelection(of: [prompt], count: 1, judge: judge), judge: judge)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    private var measurements: [SweepMeasurement] {
        var drafting = Samples.request(drafted: 120, accepted: 60, milliseconds: 2000)
        drafting.acceptedPerPosition = [40, 20]
        return [
            Samples.measurement(Samples.key(.off), [Samples.request(milliseconds: 4000)]),
            Samples.measurement(Samples.key(Samples.depth3), [drafting]),
        ]
    }

    @Test func generationsAreObservations() throws {
        let (observations, rejected) = learning.observations(in: measurements)
        #expect(rejected == 0 && observations.count == 2)
        #expect(observations[0].setting == .off && observations[0].steps == 99)
        #expect(observations[1].setting == Samples.depth3.draft && observations[1].steps == 39)
        #expect(observations[1].acceptedPerPosition == [40, 20, 0])
        #expect(observations.allSatisfy { $0.traits.distribution.label == .code })
    }

    @Test func ngramsComeLastAndNonsenseIsCounted() {
        let ngrams = Samples.measurement(
            Samples.key(SweepSetting(DraftSetting(depth: 0, usesNgrams: true))),
            [Samples.request(drafted: 40, accepted: 10, milliseconds: 1000)])
        let nonsense = Samples.measurement(
            Samples.key(Samples.depth3), [Samples.request(drafted: 10, accepted: 20, milliseconds: 1000)])
        let (observations, rejected) = learning.observations(in: [ngrams, nonsense] + measurements)
        #expect(observations.map(\.setting.usesNgrams) == [false, false, true] && rejected == 1)
    }

    @Test func resultsAreTaughtOnceUnderTheDaemonsKey() async throws {
        let directory = try ResultsDirectory(path: root + "/results")
        let state = LearnedState(stateDirectory: root + "/state")
        let first = Array(measurements.prefix(1))
        var record = try await learning.teach(first, to: state, directory: directory, logger: logger)
        #expect(record.generations == 1 && record.measurements == 1)
        for _ in 0..<2 {
            record = try await learning.teach(measurements, to: state, directory: directory, logger: logger)
            #expect(record.generations == 2 && record.measurements == 2)
        }
        #expect(SweepLearning.record(in: directory) == record)
        let entry = try #require(try state.entries().first)
        let summary = try entry.content.get()
        #expect(summary.observations == 2 && summary.fingerprint == plan.parameters.engines[0].fingerprint)
        #expect(entry.path.hasSuffix("/\(summary.fingerprint.key).json"))
        #expect(summary.costs.contains { $0.setting == Samples.depth3.draft && $0.busySlots == 1 })

        let other = LearnedState(stateDirectory: root + "/other")
        #expect(
            try await learning.teach(measurements, to: other, directory: directory, logger: logger)
                .generations == 2)
    }

    @Test func aDamagedFileIsSetAsideAndListedUntilThen() async throws {
        let state = LearnedState(stateDirectory: root + "/state")
        try state.checkWritable()
        let path = state.directory + "/\(plan.parameters.engines[0].fingerprint.key).json"
        try Data("{\"format\":99}".utf8).write(to: URL(fileURLWithPath: path))
        let entry = try #require(try state.entries().first)
        #expect(throws: LearnedModelError.newerVersion(found: 99, supported: LearnedModel.formatVersion)) {
            try entry.content.get()
        }
        let directory = try ResultsDirectory(path: root + "/results")
        _ = try await learning.teach(measurements, to: state, directory: directory, logger: logger)
        let names = try FileManager.default.contentsOfDirectory(atPath: state.directory)
        #expect(names.contains { $0.contains("set-aside") })
        #expect(try state.entries().count == 1)
        #expect(try state.entries()[0].content.get().observations == 2)
    }
}
