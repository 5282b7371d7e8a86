import Engine
import Logging
import Settings

/// Runs what a plan has left to measure, one engine at a time.
public struct Sweep: Sendable {
    private let plan: SweepPlan
    private let selection: PromptSelection
    private let settings: EngineSettings
    private let directory: ResultsDirectory
    private let logger: Logger
    private let state: SweepState

    /// Claims the results directory for the plan's parameters and reads what is measured already.
    ///
    /// - Throws: ``CalibrationError`` if the directory holds other results or cannot be used; `SpoolError`.
    public init(
        plan: SweepPlan, selection: PromptSelection, settings: EngineSettings, directory: ResultsDirectory,
        logger: Logger
    ) throws {
        try directory.claim(for: plan.parameters)
        self.plan = plan
        self.selection = selection
        self.settings = settings
        self.directory = directory
        self.logger = logger
        state = SweepState(plan: plan, selection: selection, measurements: try directory.measurements())
    }

    public var progress: SweepProgress { state.progress }
    public var measurements: [SweepMeasurement] { state.measurements }
    /// Generations of finished measurements.
    public var generationsKept: Int {
        state.measurements.reduce(0) { $0 + state.requestCount(of: $1.key) }
    }
    /// Lanes that this run gave up.
    public var failures: [LaneFailure] { state.failures }

    /// Measures until nothing is left. Every finished measurement is on disk before the next begins.
    ///
    /// Lanes that do not run are given up (see ``failures``); the others go on.
    ///
    /// - Parameter onProgress: told of every answer.
    /// - Throws: `EngineError` if not one lane could run, `SpoolError` if results cannot be written,
    ///   ``CalibrationError`` if there is no place for sockets, or one of several programs does not start,
    ///   `CancellationError`; no engine is running then.
    public func run(onProgress: @escaping @Sendable (SweepProgress) -> Void) async throws {
        let engines = plan.parameters.engines
        guard !plan.keys.allSatisfy(state.isLeftOut) else { return }
        try await LaneStarter.use(
            for: engines, settings: settings, resultsIn: directory, logger: logger
        ) { starter in
            if plan.comparesPrograms {
                try await starter.tryStarts(of: engines) { engine in
                    state.begin("\(engine.pairName): does it start?")
                    onProgress(state.progress)
                }
            }
            for engine in engines.indices {
                try await measure(engine: engine, by: starter, onProgress: onProgress)
            }
        }
    }

    private func measure(
        engine: Int, by starter: LaneStarter, onProgress: @escaping @Sendable (SweepProgress) -> Void
    ) async throws {
        while true {
            try Task.checkCancellation()
            let keys = plan.nextLane(
                engine: engine,
                interleaves: plan.interleaves(engine: engine, measurements: state.measurements),
                isLeftOut: state.isLeftOut)
            guard let first = keys.first else { return }
            let measuredBefore = state.measurements.count
            do {
                try await runLane(keys, startedBy: starter, onProgress: onProgress)
            } catch let error as EngineError {
                if Task.isCancelled { throw CancellationError() }
                guard state.measurements.count == measuredBefore else { continue }
                try giveUp(first, because: error)
            }
        }
    }

    /// Without a baseline nothing can be compared, so an engine that does not run with speculation off is given up
    /// as a whole.
    private func giveUp(_ key: MeasurementKey, because error: EngineError) throws {
        let lost = plan.keys.filter {
            $0.engine == key.engine && (key.setting == .off || $0.setting == key.setting)
                && !state.isLeftOut($0)
        }
        let failure = LaneFailure(
            engine: plan.parameters.engines[key.engine], setting: key.setting, error: error)
        state.giveUp(lost, because: failure)
        if state.measurements.isEmpty, plan.keys.allSatisfy(state.isLeftOut) { throw error }
    }

    private func runLane(
        _ keys: [MeasurementKey], startedBy starter: LaneStarter,
        onProgress: @escaping @Sendable (SweepProgress) -> Void
    ) async throws {
        guard let first = keys.first else { return }
        let engine = plan.parameters.engines[first.engine]
        state.begin("\(engine.label): starting at \(first.setting.label)")
        onProgress(state.progress)
        try await starter.withLane(of: engine, at: first.setting.draft) { lane in
            if let request = requests(of: first).first { try await lane.warmUp(with: request) }
            var keys = keys
            while !keys.isEmpty {
                for key in keys { try await measure(key, on: lane, onProgress: onProgress) }
                keys = furtherRepeats(after: first)
            }
        }
    }

    private func measure(
        _ key: MeasurementKey, on lane: Lane, onProgress: @escaping @Sendable (SweepProgress) -> Void
    ) async throws {
        let engine = plan.parameters.engines[key.engine]
        let condition = plan.parameters.conditions[key.condition].label
        let parts = [key.setting.label, key.workload.rawValue, condition].filter { !$0.isEmpty }
        state.begin("\(engine.label): \(parts.joined(separator: ", "))")
        onProgress(state.progress)
        let measurement = try await lane.measure(requests(of: key), as: key) {
            state.countAnswer()
            onProgress(state.progress)
        }
        try directory.append(measurement)
        state.add(measurement)
    }

    /// Where starting a lane is dear, the one that runs goes on with its further repeats.
    private func furtherRepeats(after key: MeasurementKey) -> [MeasurementKey] {
        guard !plan.interleaves(engine: key.engine, measurements: state.measurements) else { return [] }
        let keys = plan.nextLane(engine: key.engine, interleaves: false, isLeftOut: state.isLeftOut)
        return keys.first?.setting == key.setting ? keys : []
    }

    private func requests(of key: MeasurementKey) -> [LaneRequest] {
        LaneRequest.requests(
            of: selection.prompts[key.workload] ?? [], count: state.requestCount(of: key),
            under: plan.parameters.conditions[key.condition],
            maximumTokens: plan.parameters.maximumTokens, repetition: key.repetition)
    }
}
