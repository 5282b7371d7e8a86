import Foundation
import Synchronization

/// An OpenAI-compatible server in this process that answers as a test says: for the faults that a real engine
/// cannot be made to show on demand.
final class FaultyEngine: Sendable {
    /// What is sent back, and what happens to the connection then.
    enum Reply: Sendable {
        /// A whole answer.
        case http(_ status: String, headers: [String], body: String)
        /// These bytes, and the connection is closed.
        case bytes(String)
        /// The connection is reset.
        case reset
        /// Nothing, for ever.
        case silence

        static func json(_ body: String) -> Reply { .http("200 OK", headers: [], body: body) }

        /// A completion that says `text`.
        static func completion(_ text: String = "fine") -> Reply {
            json(
                #"{"id": "c", "choices": [{"message": {"content": "\#(text)"}, "finish_reason": "stop"}], "#
                    + #""usage": {"prompt_tokens": 5, "completion_tokens": 1}}"#)
        }
    }

    private let listener: Int32
    private let models: [String]
    private let isLoading: @Sendable () -> Bool
    private let answer: @Sendable (_ prompt: String) -> Reply
    private let connections = Mutex<Set<Int32>>([])

    /// Listens on the UNIX socket `path`. Questions about health and models are answered well; `answer` is
    /// called with the body of every other request.
    ///
    /// - Parameter isLoading: whether it answers as llama-server does while it loads its model.
    init(
        listeningOn path: String, models: [String] = ["faulty"],
        isLoading: @escaping @Sendable () -> Bool = { false },
        answer: @escaping @Sendable (_ prompt: String) -> Reply
    ) throws {
        self.models = models
        self.isLoading = isLoading
        self.answer = answer
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let listener = listener
        let failed = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) != 0
                    || listen(listener, 64) != 0
            }
        }
        guard !failed else { throw TestFailure("cannot listen on \(path): \(errno)") }
        Thread.detachNewThread { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                connections.withLock { _ = $0.insert(connection) }
                Thread.detachNewThread { [self] in serve(connection) }
            }
        }
    }

    /// Closes the socket and every connection; the socket's file stays.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        connections.withLock { $0.forEach { _ = shutdown($0, Int32(SHUT_RDWR)) } }
    }

    private func serve(_ connection: Int32) {
        defer {
            connections.withLock { _ = $0.remove(connection) }
            close(connection)
        }
        while let (path, body) = readRequest(connection) {
            switch reply(to: path, body: body) {
            case .http(let status, let headers, let body):
                let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
                guard write(head.joined(separator: "\r\n") + "\r\n\r\n" + body, to: connection) else {
                    return
                }
            case .bytes(let text):
                _ = write(text, to: connection)
                return
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
                return
            case .silence:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                return
            }
        }
    }

    private func reply(to path: String, body: String) -> Reply {
        switch path {
        case _ where path != "/v1/models" && isLoading():
            .http(
                "503 Service Unavailable", headers: [],
                body: #"{"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}"#)
        case "/v1/models":
            .json(
                #"{"object": "list", "data": ["#
                    + models.map { #"{"id": "\#($0)"}"# }.joined(separator: ", ") + "]}")
        case "/health", "/version": .json("{}")
        case "/v1/chat/completions", "/v1/completions": answer(body)
        default: path == "/slots" ? answer("/slots") : .http("404 Not Found", headers: [], body: "{}")
        }
    }

    private func readRequest(_ connection: Int32) -> (path: String, body: String)? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let head = text.range(of: "\r\n\r\n") else { continue }
            let length =
                text.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length: ") }
                .flatMap { Int($0.dropFirst(16)) } ?? 0
            let body = text[head.upperBound...]
            guard body.utf8.count >= length else { continue }
            return (String(text.split(separator: " ").dropFirst().first ?? ""), String(body))
        }
    }

    private func write(_ text: String, to connection: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
