import Foundation
import Spool

/// Asks the daemon for something and waits for its reply.
struct ControlClient: Sendable {
    let access: SpoolAccess
    /// How long to wait for the reply.
    let timeout: Duration

    /// - Returns: The reply; nil if no daemon runs, which will do it when it starts.
    /// - Throws: ``ToolError`` if the daemon does not reply or refuses, `SpoolError` if the spool cannot be written.
    func ask(_ request: ControlRequest) async throws -> ControlReply? {
        try requireControl()
        do {
            return try await ControlBox(layout: access.layout).ask(request, within: timeout) {
                access.presence(of: try SpoolStatus.read(from: access.layout)).isRunning
            }
        } catch let missing as MissingReply {
            throw ToolError(
                "the daemon has not replied within \(Int(timeout / .seconds(1))) s",
                remedy: missing.wasWithdrawn
                    ? "the request was withdrawn; see draftspool status"
                    : "it is carrying the request out; see draftspool status")
        }
    }

    private func requireControl() throws(ToolError) {
        let directory = access.layout.control
        guard SpoolAccess.isDirectory(directory) else {
            throw ToolError(
                "\(access.layout.root) has no directory 'control'",
                remedy: "start draftspoold on it, which makes it, or name another spool with --spool")
        }
        guard Glibc.access(directory, W_OK | X_OK) == 0 else {
            throw ToolError("you may not ask in \(directory)", remedy: access.membershipRemedy)
        }
    }
}
