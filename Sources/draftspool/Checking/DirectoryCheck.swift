import Foundation
import Settings

/// Whether the state and runtime directories can serve.
struct DirectoryCheck: Sendable {
    /// `sun_path` of a UNIX socket's address holds so many bytes and a zero (unix(7)).
    static let maximumSocketPathBytes = 107
    /// The longest name of an engine's socket in the runtime directory.
    private static let socketName = "lane.sock"

    let settings: Settings

    func findings() -> [Finding] {
        [state] + (settings.engine.endpoint.isEmpty ? [runtime] : [])
    }

    private var state: Finding {
        let path = settings.stateDirectory
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == EACCES
                ? .ok("state", "\(path) is closed to you, as it may be")
                : .ok("state", "\(path) does not exist yet; the daemon makes it")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return .fail("state", "\(path) is no directory", remedy: "move it, or set state-directory")
        }
        if status.st_uid == geteuid(), access(path, R_OK | W_OK | X_OK) != 0 {
            return .fail("state", "\(path) is not writable", remedy: "chmod u+rwx \(path)")
        }
        return .ok("state", path)
    }

    private var runtime: Finding {
        let path = settings.runtimeDirectory + "/" + Self.socketName
        let length = path.utf8.count
        guard length <= Self.maximumSocketPathBytes else {
            return .fail(
                "runtime",
                "the engine's socket \(path) has \(length) bytes; a UNIX socket's path may have "
                    + "\(Self.maximumSocketPathBytes)",
                remedy: "set a shorter runtime-directory, for example /run/draftspool")
        }
        guard !path.contains(",") else {
            return .fail(
                "runtime",
                "\(settings.runtimeDirectory) has a comma, at which llama-server would cut it",
                remedy: "set a runtime-directory without one")
        }
        return .ok("runtime", settings.runtimeDirectory)
    }
}
