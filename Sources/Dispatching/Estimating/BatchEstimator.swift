import Settings
import Speculation

/// Estimates what prompts will take, by the planner of the daemon and what was learned of the configured engines.
public struct BatchEstimator: Sendable {
    private let engines: [EngineOutlook]
    /// Why engines are left out.
    private let problems: [String]

    private init(engines: [EngineOutlook], problems: [String] = []) {
        self.engines = engines
        self.problems = problems
    }

    /// Looks at the configured engines without running anything; published figures stand in where none can be looked at.
    ///
    /// - Parameters:
    ///   - quantization: the quantisation whose published figures are used then.
    ///   - device: what such an engine is taken to run on.
    public static func load(
        settings: Settings, quantization: String? = nil, device: DeviceKind? = nil
    ) async -> BatchEstimator {
        var engines: [EngineOutlook] = []
        var failures: [(engine: String, error: any Error)] = []
        for engine in settings.engines {
            do { engines.append(try await EngineOutlook(settings: settings.with(engine: engine))) } catch {
                failures.append((engine.name, error))
            }
        }
        guard engines.isEmpty, let first = failures.first else {
            return BatchEstimator(
                engines: engines,
                problems: failures.map { "\($0.engine): left out, it cannot be looked at: \($0.error)" })
        }
        return BatchEstimator(engines: [
            EngineOutlook(
                settings: settings, quantization: quantization, device: device, because: first.error)
        ])
    }

    /// The same where the engines can be looked at.
    ///
    /// - Returns: Nil if one of them cannot be, or not within `limit`.
    public static func load(settings: Settings, within limit: Duration) async -> BatchEstimator? {
        let engines = try? await unless(
            { try? await Task.sleep(for: limit) },
            {
                var found: [EngineOutlook] = []
                for engine in settings.engines {
                    found.append(try await EngineOutlook(settings: settings.with(engine: engine)))
                }
                return found
            })
        return engines.map { BatchEstimator(engines: $0) }
    }

    /// What the prompts are expected to take.
    ///
    /// - Parameter running: the setting of the lane that is up; nil if none is.
    public func estimate(_ groups: PromptGroups, running: DraftSetting? = nil) -> BatchEstimate {
        let waiting = groups.waiting
        let forecasts = engines.flatMap { engine in
            [WorkForecast](repeating: engine.forecast(waiting, running: running), count: engine.lanes)
        }
        let impossible = waiting.filter { group in
            group.judgement.depthOverride.map { depth in !engines.contains { $0.canRun(depth) } } ?? false
        }
        return BatchEstimate(
            forecasts, of: groups, impossible: impossible.reduce(0) { $0 + $1.waiting },
            notes: engines.map { $0.name.isEmpty ? $0.note : "\($0.name): \($0.note)" } + problems)
    }
}
