import Foundation
import Spool

/// What the present user may do with a spool.
struct SpoolAccess: Sendable {
    let layout: SpoolLayout

    /// Makes sure that files can be dropped.
    ///
    /// - Throws: ``ToolError`` if there is no such spool, or the user is not allowed to drop.
    func requireIncoming() throws(ToolError) {
        guard Self.isDirectory(layout.incoming) else {
            throw ToolError(
                "\(layout.root) is no spool: there is no directory \(layout.incoming)",
                remedy: "start draftspoold on it, which makes it, or name another spool with --spool")
        }
        guard access(layout.incoming, W_OK | X_OK) == 0 else {
            throw ToolError("you may not drop files into \(layout.incoming)", remedy: membershipRemedy)
        }
    }

    /// What to do to be let in.
    var membershipRemedy: String {
        guard let group = Self.group(of: layout.incoming) else {
            return "ask the owner of \(layout.root) for access"
        }
        return "join the group '\(group)' (sudo usermod -aG \(group) $USER, then log in again)"
    }

    /// The daemon as far as the spool's status tells.
    func presence(of status: SpoolStatus?, now: Date = Date()) -> DaemonPresence {
        guard let status else { return .never }
        guard status.isDaemonAlive else { return .stopped }
        let age = now.timeIntervalSince(status.updatedAt)
        return age > DaemonPresence.patienceSeconds ? .unresponsive(seconds: Int(age)) : .running
    }

    /// Names of the files that wait in `incoming/`, sorted; nil if they may not be listed.
    func waitingFiles() -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: layout.incoming)
            .filter { !SpoolLayout.isIgnored(name: $0) }.sorted()
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The name of the group that `path` belongs to.
    static func group(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } ?? "\(status.st_gid)"
    }
}
