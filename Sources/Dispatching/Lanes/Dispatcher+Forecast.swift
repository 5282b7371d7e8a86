import Speculation

/// What the engines of a dispatcher are expected to do with what waits.
struct EngineForecast: Sendable {
    /// If one of its lanes had all of it.
    let work: WorkForecast
    /// Lanes that share it.
    let lanes: Int
    /// Whether anything was measured of the engine.
    let isMeasured: Bool
    /// Seconds until the last of the prompts in flight is done, by batch.
    let inFlight: [Int64: Double]
}

extension Dispatcher {
    /// What is to be expected of what waits; nil where no engine takes prompts now.
    func forecast() async -> EngineForecast? {
        let model = await store.model
        let backlog = await queue.backlog()
        let serving = lanes.values.filter { $0.isServing && $0.device.pause.gate == .closed }
            .sorted { $0.number < $1.number }
        guard !isDraining, let first = serving.first else { return nil }
        let planning = planning(by: model)
        let entries = planning.entries(of: planning.available(backlog))
        let slots = serving.reduce(0) { $0 + $1.slots }
        let work = planning.forecast(
            for: first, entries: entries, beside: Set(serving.dropFirst().map(\.engine.setting)),
            after: serving.reduce(0) { $0 + $1.busySlotSeconds } / Double(max(1, slots)))
        let inFlight = lanes.values.reduce(into: [Int64: Double]()) { longest, lane in
            longest.merge(lane.secondsLeftByBatch) { max($0, $1) }
        }
        return EngineForecast(
            work: work, lanes: serving.count, isMeasured: model.observationCount > 0, inFlight: inFlight)
    }
}
