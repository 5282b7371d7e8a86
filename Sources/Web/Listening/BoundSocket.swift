import Glibc
import Settings

/// A socket that is bound to its address and is not yet accepted from.
struct BoundSocket: Sendable {
    let descriptor: Int32
    /// What people call it.
    let name: String
    /// Whether every program of the machine reaches it.
    let isPort: Bool
    /// Of a UNIX socket that is ours to remove.
    private var ownPath: String?

    /// Takes a socket that the service manager has opened, which it keeps: this is another descriptor of it.
    ///
    /// - Throws: ``WebFailure`` for one that must not be listened on, or that is no such socket.
    init(passed: Int32, listensAnywhere: Bool) throws(WebFailure) {
        guard let address = SystemAddress(of: passed) else {
            throw WebFailure("the service manager has passed descriptor \(passed), which is no socket")
        }
        if let port = address.port {
            guard listensAnywhere || WebSettings.isLoopback(port.address) else {
                throw WebFailure(
                    "the service manager listens on \(port.address), which is reached from other machines; take "
                        + "127.0.0.1 in the .socket unit, or set web.listen-anywhere: true")
            }
            name = Self.name(of: port.address, port.number)
            isPort = true
        } else if let path = address.path {
            name = path
            isPort = false
        } else {
            throw WebFailure(
                "the service manager has passed descriptor \(passed), which is no port and no UNIX socket with a path"
            )
        }
        descriptor = fcntl(passed, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw Self.failure("duplicate the socket", name) }
    }

    /// Binds a UNIX socket, which owner and group may connect to. One that nobody listens on any more is replaced.
    init(path: String) throws(WebFailure) {
        name = path
        isPort = false
        ownPath = path
        guard let address = SystemAddress(path: path) else {
            throw WebFailure(
                "the path \(path) has \(path.utf8.count) bytes, and a UNIX socket's may have "
                    + "\(SystemAddress.mostPathBytes); set another web.listen")
        }
        try Self.clearAway(path, address)
        descriptor = try Self.bind(address, name: path)
        // Nobody can connect before it is listened on.
        guard chmod(path, 0o660) == 0 else {
            let failure = Self.failure("set the permissions of", path)
            close(descriptor)
            unlink(path)
            throw failure
        }
    }

    /// Binds a port.
    init(address: String, port: UInt16) throws(WebFailure) {
        name = Self.name(of: address, port)
        isPort = true
        guard let bound = SystemAddress(address: address, port: port) else {
            throw WebFailure("\(address) is no address")
        }
        descriptor = try Self.bind(bound, name: name)
    }

    /// Removes the name of a UNIX socket that was bound here.
    func removeName() {
        if let ownPath { unlink(ownPath) }
    }

    /// Gives up one that is not served.
    func abandon() {
        close(descriptor)
        removeName()
    }

    static func name(of address: String, _ port: UInt16) -> String {
        address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    private static func bind(_ address: SystemAddress, name: String) throws(WebFailure) -> Int32 {
        let descriptor = makeSocket(address.family)
        guard descriptor >= 0 else { throw Self.failure("make a socket for", name) }
        var isOn: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        if address.family != AF_UNIX { setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, size) }
        guard address.hand(to: { Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let failure = Self.failure("listen on", name)
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    private static func clearAway(_ path: String, _ address: SystemAddress) throws(WebFailure) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw WebFailure("\(path) is in the way and is no socket; move it, or set another web.listen")
        }
        let descriptor = makeSocket(AF_UNIX)
        guard descriptor >= 0 else { throw Self.failure("make a socket for", path) }
        defer { close(descriptor) }
        guard address.hand(to: { connect(descriptor, $0, $1) }) != 0 else {
            throw WebFailure("another program listens on \(path); end it, or set another web.listen")
        }
        unlink(path)
    }

    private static func makeSocket(_ family: Int32) -> Int32 {
        socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func failure(_ operation: String, _ name: String) -> WebFailure {
        WebFailure("cannot \(operation) \(name): \(String(cString: strerror(errno)))")
    }
}
