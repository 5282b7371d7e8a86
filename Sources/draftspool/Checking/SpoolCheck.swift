import Foundation
import PromptBatch
import Settings
import Spool

/// Whether the spool is there, and whether the present user may drop files into it and read from it.
struct SpoolCheck: Sendable {
    /// Below this much free space answers may soon not fit.
    private static let scarceBytes: UInt64 = 1 << 30

    let settings: Settings

    private var layout: SpoolLayout { SpoolLayout(root: settings.spool) }

    func findings() -> [Finding] {
        guard SpoolAccess.isDirectory(layout.root) else {
            return [
                .fail(
                    "spool", "\(layout.root) does not exist",
                    remedy: "start draftspoold on it, which makes it, or name another spool with --spool")
            ]
        }
        let missing = [layout.incoming, layout.active, layout.output, layout.done, layout.failed]
            .filter { !SpoolAccess.isDirectory($0) }
        guard missing.isEmpty else {
            let names = missing.map { ($0 as NSString).lastPathComponent }.joined(separator: ", ")
            return [
                .fail(
                    "spool", "\(layout.root) lacks or hides \(names)",
                    remedy: "start draftspoold, which makes them; else "
                        + SpoolAccess(layout: layout).membershipRemedy)
            ]
        }
        return [dropping, reading] + group + space
    }

    private var dropping: Finding {
        access(layout.incoming, W_OK | X_OK) == 0
            ? .ok("spool", "\(layout.root): you may drop files")
            : .fail(
                "spool", "you may not drop files into \(layout.incoming)",
                remedy: SpoolAccess(layout: layout).membershipRemedy)
    }

    private var reading: Finding {
        access(layout.output, R_OK | X_OK) == 0
            ? .ok("output", "\(layout.output): you may read answers")
            : .fail(
                "output", "you may not read \(layout.output)",
                remedy: SpoolAccess(layout: layout).membershipRemedy)
    }

    /// A file dropped by somebody else than the daemon's user is readable for the daemon by its group only.
    private var group: [Finding] {
        var status = stat()
        guard stat(layout.incoming, &status) == 0, status.st_uid != geteuid(), geteuid() != 0,
            status.st_mode & S_ISGID == 0, status.st_gid != getegid()
        else { return [] }
        let group = SpoolAccess.group(of: layout.incoming) ?? "its group"
        return [
            .warn(
                "spool group", "files you drop keep your own group, so that the daemon may not read them",
                remedy: "sudo chmod g+s \(layout.incoming), so that they belong to '\(group)'")
        ]
    }

    private var space: [Finding] {
        var status = statvfs()
        guard statvfs(layout.root, &status) == 0 else { return [] }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let text = "\(FigureText.bytes(free)) free in \(layout.root)"
        return [
            free < Self.scarceBytes
                ? .warn("disk", text, remedy: "make room; answers that do not fit stay queued")
                : .ok("disk", text)
        ]
    }
}
