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

    /// For all that is said, however it comes.
    private static let patience: Duration = .seconds(2)
    /// More than an answer of ours has.
    private static let mostBytes = 4096
    private static let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    static func ask(_ address: SystemAddress, patience: Duration = patience) -> Answer {
        let deadline = ContinuousClock.now + patience
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .silence }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: max(1, Int(patience.components.seconds)), tv_usec: 0)
        // Of connecting too: a queue may be full.
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
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
            guard hasMore(descriptor, until: deadline) else { return answer.isEmpty ? .silence : .another }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count >= 0 else { return .another }
            guard count > 0 else { break }
            answer += buffer.prefix(count)
        }
        return String(decoding: answer, as: UTF8.self).contains("\r\n\r\n{\"status\":\"") ? .daemon : .another
    }

    /// Waits for something to read, or for the end.
    private static func hasMore(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let rest = max(.zero, ContinuousClock.now.duration(to: deadline))
            let count = poll(&waiting, 1, Int32((rest / .milliseconds(1)).rounded(.up)))
            guard count < 0, errno == EINTR else { return count > 0 }
        }
    }
}
