import Speculation

/// What the engines of a dispatcher are expected to do with what waits.
package struct EngineForecast: Sendable {
    /// What one of its lanes would do if it had all that its engine can do.
    package let work: WorkForecast
    /// Lanes that share it.
    package let lanes: Int
    /// Seconds until the prompts in flight leave their slots to what waits.
    package let delay: Double
    /// Whether anything was measured of the engine.
    package let isMeasured: Bool
    /// By batch.
    package let inFlight: [Int64: BatchInFlight]
    /// How long the planner worked on it.
    package let planningTime: Duration
}

extension Dispatcher {
    /// What is to be expected of what waits; nil where no engine takes prompts now.
    package func forecast() async -> EngineForecast? {
        let model = await store.model
        let backlog = await queue.knownBacklog
        let allowed = Set(
            await work.groups(backlog.map(\.shared), for: settings.engine.name).map(\.key))
        let serving = lanes.values.filter { $0.isServing && $0.device.pause.gate == .closed }
        guard !isDraining, let first = serving.min(by: { $0.number < $1.number }) else { return nil }
        let start = ContinuousClock.now
        let planning = planning(by: model)
        let entries = planning.entries(
            of: planning.available(backlog.filter { allowed.contains($0.text) }, of: source))
        let slots = serving.reduce(0) { $0 + $1.slots }
        let busySlotSeconds = serving.reduce(0) { $0 + $1.busySlotSeconds }
        let work = planning.forecast(
            for: first, entries: entries, beside: Set(serving.map(\.engine.setting)), of: source,
            leastSecondsEach: (rate?.interval ?? .zero) / .seconds(1))
        var inFlight: [Int64: BatchInFlight] = [:]
        for lane in lanes.values { inFlight.merge(lane.inFlightByBatch) { $0.and($1) } }
        return EngineForecast(
            work: work, lanes: serving.count, delay: busySlotSeconds / Double(max(1, slots)),
            isMeasured: model.observationCount > 0, inFlight: inFlight,
            planningTime: start.duration(to: .now))
    }
}
