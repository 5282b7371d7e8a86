import HTTPTypes
import JSON
import Spool

/// `/healthz`: whether prompts are being run.
struct HealthRoute: Sendable {
    let layout: SpoolLayout

    var all: [Route] {
        [
            Route(.get, "/healthz") { _, _ in
                let state = try SpoolStatus.ofThisProcess(in: layout)?.state ?? .starting
                return .json(
                    ["status": .string(state.rawValue)], status: state == .ready ? .ok : .serviceUnavailable)
            }
        ]
    }
}
