import Engine
import Logging
import Settings
import Speculation

/// Puts contenders to the clock: in every round each runs the whole batch, forth in one round and back in the next, so
/// that a machine that slows down slows all alike.
public struct ComparisonRounds: Sendable {
    private let plan: SweepPlan
    private let batch: ComparisonBatch
    private let contenders: [Contender]
    private let count: Int
    private let settings: EngineSettings
    private let directory: ResultsDirectory
    private let logger: Logger
    private let state: ComparisonState

    /// Chooses the contenders by the sweep's measurements, and reads what was measured already; more rounds than an earlier run's go on from there.
    ///
    /// - Throws: ``CalibrationError`` if the earlier rounds cannot be read.
    public init(
        plan: SweepPlan, selection: PromptSelection, measurements: [SweepMeasurement], count: Int,
        settings: EngineSettings, directory: ResultsDirectory, logger: Logger
    ) throws {
        let contenders = ContenderChoice.contenders(
            of: plan, selection: selection, measurements: measurements)
        let batch = ComparisonBatch(
            plan: plan, selection: selection, contenders: contenders, measurements: measurements)
        self.plan = plan
        self.contenders = contenders
        self.count = count
        self.settings = settings
        self.directory = directory
        self.logger = logger
        self.batch = batch
        state = ComparisonState(
            contenders: contenders, count: count, answersPerRound: batch.count,
            rounds: try directory.rounds().filter {
                contenders.contains($0.contender) && $0.requests == batch.count
            })
    }

    public var progress: SweepProgress { state.progress }
    public var rounds: [ComparisonRound] { state.rounds }
    /// Nil if nothing was measured.
    public var comparison: EngineComparison? {
        EngineComparison(of: rounds, contenders: contenders, engines: plan.parameters.engines)
    }
    /// Contenders that did not run.
    public var failures: [LaneFailure] { state.failures }

    /// Measures until nothing is left. Every finished round is on disk before the next begins.
    ///
    /// A contender that does not run is given up (see ``failures``). So is, without a word, one whose requests do not
    /// choose their depth: that is no fault.
    ///
    /// - Throws: `EngineError` if a program cannot be run, `SpoolError` if results cannot be written,
    ///   ``CalibrationError`` if there is no place for sockets, `CancellationError`; no engine is running then.
    public func run(onProgress: @escaping @Sendable (SweepProgress) -> Void) async throws {
        guard state.next != nil else { return }
        try await LaneStarter.use(
            for: contenders.map { plan.parameters.engines[$0.engine] }, settings: settings,
            resultsIn: directory, logger: logger
        ) { starter in
            while let (contender, round) = state.next {
                try Task.checkCancellation()
                let engine = plan.parameters.engines[contender.engine]
                let what = contender.commonSetting?.label ?? "each workload at its best"
                state.begin("round \(round + 1) of \(count): \(engine.label), \(what)")
                onProgress(state.progress)
                do {
                    let measured = try await starter.withLane(of: engine, at: contender.start.draft) { lane in
                        try await measure(contender, round: round, on: lane, onProgress: onProgress)
                    }
                    try directory.append(measured)
                    state.add(measured)
                } catch is FixedDepth {
                    state.giveUp(contender, because: nil)
                } catch let error as EngineError {
                    if Task.isCancelled { throw CancellationError() }
                    state.giveUp(
                        contender,
                        because: LaneFailure(engine: engine, setting: contender.start, error: error))
                }
            }
        }
    }

    /// An engine's requests do not choose their depth.
    private struct FixedDepth: Error {}

    private func measure(
        _ contender: Contender, round: Int, on lane: Lane,
        onProgress: @escaping @Sendable (SweepProgress) -> Void
    ) async throws -> ComparisonRound {
        if contender.commonSetting == nil {
            let name = try await lane.engine.engine.describe().modelName
            let proof = DepthProof(
                engine: lane.engine.engine, modelName: name, timeout: settings.requestTimeout)
            let choice = try await proof.run(startedAt: contender.start.draft.depth)
            guard let choice, contender.choices.allSatisfy({ choice.offers($0.setting.draft) }) else {
                throw FixedDepth()
            }
        }
        let requests = batch.requests(for: contender, round: round)
        if let first = requests.first { try await lane.warmUp(with: first) }
        let run = try await lane.run(requests) {
            state.countAnswer()
            onProgress(state.progress)
        }
        return ComparisonRound(
            contender: contender, round: round, laneStartMilliseconds: lane.engine.startMilliseconds,
            wallMilliseconds: run.wallMilliseconds, generatedTokens: run.generatedTokens,
            requests: requests.count, answers: run.answers)
    }
}
