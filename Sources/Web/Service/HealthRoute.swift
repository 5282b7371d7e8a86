import Glibc
import HTTPTypes
import JSON
import Spool

/// `/healthz`: whether prompts are being run.
struct HealthRoute: Sendable {
    let layout: SpoolLayout

    var all: [Route] {
        [
            Route(.get, "/healthz") { _, _ in
                let state = try self.state()
                return .json(
                    ["status": .string(state.rawValue)], status: state == .ready ? .ok : .serviceUnavailable)
            }
        ]
    }

    /// What this process says of itself; at first there is only what an earlier one left.
    private func state() throws -> SpoolStatus.State {
        guard let status = try SpoolStatus.read(from: layout), status.processID == getpid() else {
            return .starting
        }
        return status.state
    }
}
