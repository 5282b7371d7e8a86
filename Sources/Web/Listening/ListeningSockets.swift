import Glibc
import Settings

/// The sockets to be served: those that the service manager has opened or, without any, the configured one.
struct ListeningSockets: Sendable {
    let all: [BoundSocket]
    /// What opens the ports among them.
    let token: BearerToken?

    /// - Throws: ``WebFailure`` if one cannot be listened on; then none is left open.
    init(_ settings: WebSettings, passed: [Int32]) throws(WebFailure) {
        var sockets: [BoundSocket] = []
        do throws(WebFailure) {
            for descriptor in passed {
                sockets.append(try BoundSocket(passed: descriptor, listensAnywhere: settings.listensAnywhere))
            }
            if passed.isEmpty {
                switch settings.listener {
                case .off: break
                case .unixSocket(let path): sockets.append(try BoundSocket(path: path))
                case .port(let port, let address):
                    sockets.append(try BoundSocket(address: address, port: port))
                }
            }
            token = try Self.token(for: sockets, settings)
        } catch {
            for socket in sockets { socket.abandon() }
            throw error
        }
        all = sockets
    }

    private static func token(
        for sockets: [BoundSocket], _ settings: WebSettings
    ) throws(WebFailure) -> BearerToken? {
        guard let port = sockets.first(where: \.isPort) else { return nil }
        guard !settings.tokenFile.isEmpty else {
            throw WebFailure(
                "\(port.name) is reached by every program of this machine: it needs web.token-file")
        }
        return try BearerToken(file: settings.tokenFile)
    }
}
