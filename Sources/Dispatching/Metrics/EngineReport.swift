/// What a dispatcher's engines do, for those who watch them.
package struct EngineReport: Sendable {
    /// A place where its engines run.
    package struct Place: Sendable {
        /// llama-server's name of the device; empty for what the engine takes by itself.
        package let name: String
        package let gate: CircuitBreaker.Gate
    }

    /// The engine's name in the configuration's list; empty for the only one.
    package let name: String
    package let lanes: [Lane.Report]
    package let devices: [Place]
}

extension Dispatcher {
    package var engineReport: EngineReport {
        EngineReport(
            name: settings.engine.name, lanes: laneReports,
            devices: devices.map { EngineReport.Place(name: $0.name ?? "", gate: $0.pause.gate) })
    }
}
