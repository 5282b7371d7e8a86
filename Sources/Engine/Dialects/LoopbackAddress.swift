import Glibc
import SystemPackage

/// A port of the loopback interface, for engines that have no UNIX sockets, and a key without which the engine answers
/// nobody: a port is open to every user of the machine.
struct LoopbackAddress: EngineAddress {
    /// The ending of the key files' names.
    static let keyExtension = "key"
    private static let host = "127.0.0.1"

    let port: UInt16
    let key: String
    let keyFile: String
    private let directory: String

    /// Finds a port that is free and makes up a key.
    ///
    /// - Throws: ``EngineError/startFailed(reason:lastWords:)`` where there is no free port.
    init(directory: String, name: String) throws(EngineError) {
        self.directory = directory
        keyFile = FilePath(directory).appending("\(name).\(Self.keyExtension)").string
        key = Self.randomKey()
        port = try Self.freePort()
    }

    var endpoint: EngineEndpoint { .url("http://\(Self.host):\(port)") }
    var bearerToken: String? { key }
    var arguments: [String] { ["--host", Self.host, "--port", "\(port)", "--api-key-file", keyFile] }

    /// Writes the key for this user's eyes only. A file left by an engine that has ended is replaced.
    ///
    /// - Throws: ``EngineError/startFailed(reason:lastWords:)`` where it cannot be written.
    func prepare() throws(EngineError) {
        try RuntimeDirectory.make(directory)
        remove()
        do {
            let file = try FileDescriptor.open(
                keyFile, .writeOnly, options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite])
            try file.closeAfter { _ = try file.writeAll((key + "\n").utf8) }
        } catch {
            throw .startFailed(
                reason: "cannot write the engine's key file \(keyFile): \(error)", lastWords: [])
        }
    }

    func remove() { unlink(keyFile) }

    /// Only who was told the key can tell it from another one.
    func isListened(toBy engine: OpenAIEngine) async -> Bool {
        var stranger = engine.connection
        stranger.bearerToken = Self.randomKey()
        let refused = try? await stranger.exchange(path: "/props", timeout: OpenAIEngine.questionTimeout)
        let admitted = try? await engine.connection.exchange(
            path: "/props", timeout: OpenAIEngine.questionTimeout)
        return refused?.statusCode == 401 && admitted?.statusCode == 200
    }

    private static func randomKey() -> String {
        (0..<4).map { _ in
            let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    private static func freePort() throws(EngineError) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw noPort() }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw noPort() }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func noPort() -> EngineError {
        .startFailed(
            reason:
                "the loopback interface has no free port for the engine: \(Errno(rawValue: errno)); under systemd "
                + "the service needs SocketBindAllow=ipv4:tcp",
            lastWords: [])
    }
}
