import Glibc
import Settings

/// Whether the API can be served as it is configured. Nothing is changed: what is there is looked at, and who listens is
/// asked.
public struct ListenerCheck: Sendable {
    /// What was found.
    public enum Result: Sendable, Equatable {
        case good(String)
        /// It may be in order all the same.
        case doubtful(String, remedy: String)
        case bad(String, remedy: String)
    }

    private static let asDaemon = "look as the daemon's user, to be sure"
    private static let another = "set another web.listen"

    private let settings: WebSettings
    private let runtimeDirectory: String

    public init(_ settings: Settings) {
        self.settings = settings.web
        runtimeDirectory = settings.runtimeDirectory
    }

    /// What was found of the address and, for a port, of the token.
    public func results() -> [Result] {
        switch settings.listener {
        case .off: [.good("web.listen is empty: nothing is listened on")]
        case .unixSocket(let path): [socket(path)]
        case .port(let port, let address): [self.port(port, of: address), token(settings.tokenFile)]
        }
    }

    private func socket(_ path: String) -> Result {
        guard let address = SystemAddress(path: path) else {
            return .bad(
                "the socket's path \(path) has \(path.utf8.count) bytes, and a UNIX socket's may have "
                    + "\(SystemAddress.mostPathBytes)",
                remedy: "set a shorter runtime-directory, or web.listen: unix:/PATH")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return directory(of: path) }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            return .bad("\(path) is in the way and is no socket", remedy: "move it, or \(Self.another)")
        }
        switch ListenerProbe.ask(address) {
        case .daemon: return .good("\(path) answers")
        case .nobody: return directory(of: path)
        case .forbidden:
            return .doubtful(
                "you may not connect to \(path)", remedy: "join its group; ls -l \(path) names it")
        case .silence: return silent(path)
        case .another: return taken(path)
        }
    }

    /// Whether the socket can be made where none is.
    private func directory(of path: String) -> Result {
        let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        let directory = parent.isEmpty ? "/" : parent
        var status = stat()
        guard stat(directory, &status) == 0 else {
            guard errno == ENOENT else {
                return .doubtful("\(directory) is closed to you", remedy: Self.asDaemon)
            }
            return directory == runtimeDirectory
                ? .good("\(path), in a directory that the daemon makes")
                : .bad("there is no directory \(directory)", remedy: "make it, or \(Self.another)")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return .bad("\(directory) is no directory", remedy: Self.another)
        }
        guard access(directory, W_OK | X_OK) != 0 else { return .good("\(path) can be listened on") }
        return status.st_uid == geteuid()
            ? .bad("\(directory) is not writable", remedy: "chmod u+wx \(directory)")
            : .doubtful("\(directory) is not writable for you", remedy: Self.asDaemon)
    }

    private func port(_ number: UInt16, of address: String) -> Result {
        let name = BoundSocket.name(of: address, number)
        guard let asked = SystemAddress(address: address, port: number) else {
            return .bad("\(address) is no address", remedy: Self.another)
        }
        switch ListenerProbe.ask(asked) {
        case .daemon: return .good("\(name) answers")
        case .silence: return silent(name)
        case .another: return taken(name)
        case .nobody, .forbidden:
            // It is not listened on.
            do throws(WebFailure) { try BoundSocket(address: address, port: number).abandon() } catch {
                return .bad(error.description, remedy: Self.another)
            }
            return .good("\(name) can be listened on")
        }
    }

    private func token(_ file: String) -> Result {
        let remedy = "openssl rand -hex 32 >\(file), readable for the daemon's user alone"
        var status = stat()
        guard stat(file, &status) == 0 else {
            return errno == ENOENT
                ? .bad("there is no file \(file), which web.token-file names", remedy: remedy)
                : .doubtful("\(file) is closed to you, as it may be", remedy: Self.asDaemon)
        }
        guard access(file, R_OK) == 0 else {
            return status.st_uid == geteuid()
                ? .bad("\(file), which web.token-file names, is not readable", remedy: "chmod u+r \(file)")
                : .doubtful("\(file) is closed to you, as it may be", remedy: Self.asDaemon)
        }
        do throws(WebFailure) { _ = try BearerToken(file: file) } catch {
            return .bad(error.description, remedy: remedy)
        }
        guard status.st_mode & S_IROTH == 0 else {
            return .doubtful(
                "the token in \(file) is readable for every user of this machine",
                remedy: "chmod o-r \(file), and write another token into it")
        }
        return .good("\(file) holds a token")
    }

    private func taken(_ name: String) -> Result {
        .bad("another program listens on \(name)", remedy: "end it, or \(Self.another)")
    }

    private func silent(_ name: String) -> Result {
        .doubtful(
            "somebody listens on \(name) and does not answer",
            remedy: "look at the log: journalctl -t draftspoold"
        )
    }
}
