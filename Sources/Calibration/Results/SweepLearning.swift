import Dispatching
import Foundation
import Intake
import Logging
import PromptBatch
import Speculation
import Spool

/// Teaches a calibration's results to the learned state that the daemon starts from.
public struct SweepLearning: Sendable {
    /// What was taught, as kept in `learned.json`.
    public struct Record: Codable, Sendable, Hashable {
        public var stateDirectory: String
        /// Measurements that were taught: so many from the beginning of the results.
        public var measurements: Int
        /// Generations that taught something.
        public var generations: Int
        /// Generations whose figures were no observation.
        public var rejected: Int
        /// Form of the learned state that they were taught to: one of another form is set aside, and knows nothing of them.
        var learnedFormat: Int? = LearnedModel.formatVersion

        enum CodingKeys: String, CodingKey {
            case measurements, generations, rejected
            case stateDirectory = "state_directory"
            case learnedFormat = "learned_format"
        }
    }

    let plan: SweepPlan
    let selection: PromptSelection
    let judge: PromptJudge

    public init(plan: SweepPlan, selection: PromptSelection, judge: PromptJudge) {
        self.plan = plan
        self.selection = selection
        self.judge = judge
    }

    /// What was taught by an earlier run on the same results.
    public static func record(in directory: ResultsDirectory) -> Record? {
        FileManager.default.contents(atPath: directory.learnedFile).flatMap {
            try? JSONDecoder().decode(Record.self, from: $0)
        }
    }

    /// Teaches what was not taught yet, in the order it was measured, and notes that in the results directory. Of
    /// `measurements` none may be left out: they are all that the results file has, in its order.
    ///
    /// - Returns: What was taught by now.
    /// - Throws: `LearnedStateError` if a daemon works with the state; `SpoolError`.
    public func teach(
        _ measurements: [SweepMeasurement], to state: LearnedState, directory: ResultsDirectory,
        logger: Logger
    ) async throws -> Record {
        let earlier = Self.record(in: directory).flatMap {
            $0.stateDirectory == state.stateDirectory && $0.measurements <= measurements.count
                && $0.learnedFormat == LearnedModel.formatVersion ? $0 : nil
        }
        var record =
            earlier
            ?? Record(stateDirectory: state.stateDirectory, measurements: 0, generations: 0, rejected: 0)
        let new = measurements.dropFirst(record.measurements)
        guard !new.isEmpty else { return record }
        let engines = plan.parameters.engines
        for (index, engine) in engines.enumerated() {
            // The daemon could not tell them apart, and would take one's costs for the other's.
            guard
                !engines.contains(where: {
                    $0.server != engine.server && $0.fingerprint == engine.fingerprint
                })
            else { continue }
            let own = new.filter { $0.key.engine == index }
            let (observations, rejected) = observations(in: own)
            record.rejected += rejected
            guard !observations.isEmpty else { continue }
            try await state.learn(observations, for: engine.fingerprint, logger: logger)
            record.generations += observations.count
        }
        record.measurements = measurements.count
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try LinuxDisk().replace(directory.learnedFile, with: [UInt8](try encoder.encode(record)))
        return record
    }

    /// The generations as observations, those with n-gram lookups last: they teach a ratio to the same setting without.
    func observations(in measurements: [SweepMeasurement]) -> (observations: [Observation], rejected: Int) {
        var observations: [Observation] = []
        var rejected = 0
        let plain = measurements.filter { !$0.key.setting.usesNgrams }
        for measurement in plain + measurements.filter(\.key.setting.usesNgrams) {
            let condition = plan.parameters.conditions[measurement.key.condition]
            for request in measurement.requests {
                let prompt = selection.prompt(request.customID, of: measurement.key.workload)
                guard let prompt else { continue }
                let traits = prompt.traits(
                    under: condition, maximumTokens: plan.parameters.maximumTokens, judge: judge)
                if let observation = observation(of: request, traits, at: measurement.key.setting.draft) {
                    observations.append(observation)
                } else {
                    rejected += 1
                }
            }
        }
        return (observations, rejected)
    }

    private func observation(
        of request: MeasuredRequest, _ traits: PromptTraits, at setting: DraftSetting
    ) -> Observation? {
        var positions = request.acceptedPerPosition
        while let count = positions?.count, count < setting.depth { positions?.append(0) }
        let make = { (positions: [Int]?) in
            try? Observation(
                traits: traits, setting: setting, busySlots: request.busySlots,
                generatedTokens: request.generatedTokens, draftedTokens: request.draftedTokens,
                acceptedTokens: request.acceptedTokens,
                generationMilliseconds: request.generationMilliseconds, acceptedPerPosition: positions)
        }
        return make(positions) ?? make(nil)
    }
}
