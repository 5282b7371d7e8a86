import Calibration
import Logging
import PromptBatch
import Settings
import UnixSignals

/// Runs a calibration at a terminal: progress, faults, and an end in good order at Ctrl-C.
struct SweepSession: Sendable {
    let plan: SweepPlan
    let selection: PromptSelection
    let settings: Settings
    let directory: ResultsDirectory
    let logger: Logger

    /// Measures the settings.
    ///
    /// - Throws: As ``Calibration/Sweep/run(onProgress:)``; the exit status of a signal.
    func sweep() async throws -> Sweep {
        let sweep = try Sweep(
            plan: plan, selection: selection, settings: settings.engine, directory: directory, logger: logger)
        let before = sweep.progress
        try await measure(before, what: "results in \(directory.path)") {
            try await sweep.run(onProgress: $0)
        } kept: {
            sweep.generationsKept
        }
        complain(of: sweep.failures)
        return sweep
    }

    /// Lets the best of each program run the whole batch in turns.
    ///
    /// - Throws: As ``Calibration/ComparisonRounds/run(onProgress:)``; the exit status of a signal.
    func compare(_ sweep: Sweep, rounds count: Int) async throws -> ComparisonRounds {
        let rounds = try ComparisonRounds(
            plan: plan, selection: selection, measurements: sweep.measurements, count: count,
            settings: settings.engine, directory: directory, logger: logger)
        try await measure(
            rounds.progress, what: "\(FigureText.count(count, "round")) between the best of each"
        ) {
            try await rounds.run(onProgress: $0)
        } kept: {
            rounds.progress.done
        }
        complain(of: rounds.failures)
        return rounds
    }

    private func measure(
        _ before: SweepProgress, what: String,
        by body: @escaping @Sendable (@escaping @Sendable (SweepProgress) -> Void) async throws -> Void,
        kept: () -> Int
    ) async throws {
        let isResumed = before.done > 0 && before.done < before.total
        Console.note(
            "\(FigureText.count(before.total, "generation")) to measure"
                + (isResumed ? ", \(before.done) of them are done" : "") + "; \(what)")
        guard before.done < before.total else { return }
        let display = SweepDisplay(terminal: .diagnostics)
        let signal: UnixSignal?
        do {
            signal = try await Interruptible.run { try await body { display.show($0) } }
            display.end()
        } catch {
            display.end()
            throw error
        }
        guard let signal else { return }
        Console.complain(
            "stopped; \(kept()) of \(before.total) generations are kept, and the same command goes on from there"
        )
        throw Interruptible.exitStatus(of: signal)
    }

    private func complain(of failures: [LaneFailure]) {
        for failure in failures {
            Console.complain("\(failure.engine.label), \(failure.setting.label): \(failure.error)")
        }
    }
}
