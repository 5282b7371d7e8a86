import Glibc

/// Asks who listens on a socket.
enum ListenerProbe {
    enum Answer: Equatable {
        case daemon
        /// Something that is no daemon of ours.
        case another
        /// It is listened on, and nothing came for a while.
        case silence
        case nobody
        /// Its permissions forbid to ask.
        case forbidden
    }

    private static let patienceSeconds = 2
    /// More than an answer of ours has.
    private static let mostBytes = 4096
    private static let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    static func ask(_ address: SystemAddress) -> Answer {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .silence }
        defer { close(descriptor) }
        var patience = timeval(tv_sec: patienceSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        guard address.hand(to: { connect(descriptor, $0, $1) }) == 0 else {
            switch errno {
            case EACCES, EPERM: return .forbidden
            // A listener whose queue is full.
            case EAGAIN, EINPROGRESS, ETIMEDOUT: return .silence
            default: return .nobody
            }
        }
        let bytes = Array(request.utf8)
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            return .another
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while answer.count < mostBytes {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { return errno == EAGAIN && answer.isEmpty ? .silence : .another }
            guard count > 0 else { break }
            answer += buffer.prefix(count)
        }
        return String(decoding: answer, as: UTF8.self).contains("\r\n\r\n{\"status\":\"") ? .daemon : .another
    }
}
