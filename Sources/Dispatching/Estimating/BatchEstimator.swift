import Loops
import Settings
import Speculation

/// Estimates what prompts will take, by the planner of the daemon and what was learned of the configured engines.
public struct BatchEstimator: Sendable {
    private let engines: [EngineOutlook]
    /// Why engines are left out.
    private let problems: [String]

    /// Looks at the configured engines without running anything; where none can be looked at, the figures published of
    /// `quantization` stand in, on `device`.
    public static func load(
        settings: Settings, quantization: String? = nil, device: DeviceKind? = nil
    ) async -> BatchEstimator {
        var engines: [EngineOutlook] = []
        var problems: [String] = []
        var firstError: (any Error)?
        for engine in settings.engines {
            do {
                engines.append(try await EngineOutlook(settings: settings.with(engine: engine)))
            } catch {
                firstError = firstError ?? error
                problems.append("\(engine.name): left out, it cannot be looked at: \(error)")
            }
        }
        if engines.isEmpty, let firstError {
            let guess = EngineOutlook(
                settings: settings, quantization: quantization, device: device, because: firstError)
            return BatchEstimator(engines: [guess], problems: [])
        }
        return BatchEstimator(engines: engines, problems: problems)
    }

    /// The same where the engines can be looked at.
    ///
    /// - Returns: Nil if one of them cannot be, or not within `limit`.
    public static func load(settings: Settings, within limit: Duration) async -> BatchEstimator? {
        let engines = try? await unless({ await Self.pass(limit) }) { try await Self.outlooks(settings) }
        guard let engines else { return nil }
        return BatchEstimator(engines: engines, problems: [])
    }

    private static func pass(_ time: Duration) async { try? await Task.sleep(for: time) }

    private static func outlooks(_ settings: Settings) async throws -> [EngineOutlook] {
        var engines: [EngineOutlook] = []
        for engine in settings.engines {
            engines.append(try await EngineOutlook(settings: settings.with(engine: engine)))
        }
        return engines
    }

    /// What the prompts are expected to take; `running` has the settings of engines that are up, by the engines' names.
    public func estimate(_ groups: PromptGroups, running: [String: DraftSetting] = [:]) -> BatchEstimate {
        var sharing = WorkSharing()
        for engine in engines { sharing.add(engine.member) }
        let waiting = groups.waiting
        var shares: [BatchEstimate.Share] = []
        for engine in engines {
            let own = waiting.filter { sharing.mayRun($0.shared, at: engine.name) }
            let work = engine.forecast(own, running: running[engine.name])
            shares.append(BatchEstimate.Share(engine: engine, work: work))
        }
        let impossible = waiting.filter { !sharing.canRun($0.shared) }
        return BatchEstimate(
            shares, prompts: groups.prompts, impossible: impossible.reduce(0) { $0 + $1.waiting },
            notes: engines.map { $0.name.isEmpty ? $0.note : "\($0.name): \($0.note)" } + problems)
    }
}
