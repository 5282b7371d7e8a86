import Glibc
import SystemPackage

/// A UNIX socket of the runtime directory, which nobody but this user can connect to.
struct UnixSocketAddress: EngineAddress {
    /// The longest path a `sockaddr_un` holds, in bytes.
    static let maximumPathBytes = 107

    let path: String
    private let directory: String

    /// - Throws: ``EngineError/startFailed(reason:lastWords:)`` where the path is too long for a socket, or
    ///   has a comma in it, at which llama-server would cut it in two.
    init(directory: String, name: String) throws(EngineError) {
        let path = FilePath(directory).appending("\(name).sock").string
        guard path.utf8.count <= Self.maximumPathBytes else {
            throw .startFailed(
                reason: "the socket path \(path) has \(path.utf8.count) bytes, and a UNIX socket's may have "
                    + "\(Self.maximumPathBytes); set a shorter runtime directory than \(directory)",
                lastWords: [])
        }
        guard !path.contains(",") else {
            throw .startFailed(
                reason:
                    "the socket path \(path) has a comma in it, which llama-server takes for the end of an "
                    + "address; set another runtime directory",
                lastWords: [])
        }
        self.path = path
        self.directory = directory
    }

    var endpoint: EngineEndpoint { .unixSocket(path) }
    var bearerToken: String? { nil }
    var arguments: [String] { ["--host", path] }

    /// Makes the directory where it is missing, and clears away a socket that nobody listens on any more.
    ///
    /// - Throws: ``EngineError/startFailed(reason:lastWords:)`` where the directory cannot be made, where
    ///   somebody listens on the socket, or where something that is no socket is in its place.
    func prepare() throws(EngineError) {
        try RuntimeDirectory.make(directory)
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else {
                throw .startFailed(reason: "cannot look at \(path): \(Errno(rawValue: errno))", lastWords: [])
            }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .startFailed(reason: "\(path) is in the way and is no socket; move it", lastWords: [])
        }
        guard !isListenedOn() else {
            throw .startFailed(
                reason: "another engine listens on \(path); stop it, or set another runtime directory",
                lastWords: [])
        }
        remove()
    }

    /// Removes the socket; nothing happens where there is none.
    func remove() {
        unlink(path)
    }

    /// Another one's bind would have failed.
    func isListened(toBy engine: OpenAIEngine) async -> Bool { true }

    private func isListenedOn() -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
