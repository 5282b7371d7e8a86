/// What a dispatcher's engines do, for those who watch them.
struct EngineReport: Sendable {
    /// A place where its engines run.
    struct Place: Sendable {
        /// llama-server's name of the device; empty for what the engine takes by itself.
        let name: String
        let gate: CircuitBreaker.Gate
    }

    /// The engine's name in the configuration's list; empty for the only one.
    let name: String
    let lanes: [Lane.Report]
    let devices: [Place]
}

extension Dispatcher {
    var engineReport: EngineReport {
        EngineReport(
            name: settings.engine.name, lanes: laneReports,
            devices: devices.map { EngineReport.Place(name: $0.name ?? "", gate: $0.pause.gate) })
    }
}
