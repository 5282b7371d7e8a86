import Daemon
import Foundation
import Settings
import Spool

/// Whether a daemon serves the spool, is well, and is of this version; and what systemd says of its unit.
struct DaemonCheck: Sendable {
    let settings: Settings

    func findings() async -> [Finding] {
        [daemon] + (await SystemdUnit.look(at: settings.instance.unit)?.findings ?? [])
    }

    private var daemon: Finding {
        let access = SpoolAccess(layout: SpoolLayout(root: settings.spool))
        let status: SpoolStatus?
        do {
            status = try SpoolStatus.read(from: access.layout)
        } catch {
            return .fail(
                "daemon", "\(error.path) cannot be read: \(error.reason)", remedy: access.membershipRemedy)
        }
        let unit = settings.instance.unit
        let start = "systemctl start \(unit), or by hand: draftspoold --spool \(settings.spool)"
        let presence = access.presence(of: status)
        guard let status, presence.isRunning else {
            let isStuck = presence != .stopped && presence != .never
            return .warn(
                "daemon", presence.complaint ?? "",
                remedy: isStuck ? "look at its log: journalctl -t draftspoold" : start)
        }
        if status.state == .blocked {
            return .fail("daemon", "work waits: \(status.message)", remedy: "mend what it names")
        }
        let text = "\(status.state.rawValue), version \(status.version), process \(status.processID)"
        guard status.version == DraftspoolVersion.current else {
            return .warn(
                "daemon", text + "; this tool is \(DraftspoolVersion.current)",
                remedy: "install both programs of one version, then systemctl restart \(unit)")
        }
        return .ok("daemon", text)
    }
}
