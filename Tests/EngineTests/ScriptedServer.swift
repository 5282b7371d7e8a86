import Foundation
import Synchronization

/// A server on the loopback interface that answers every request with the same prepared bytes: for the faults
/// that a real engine cannot be made to show on demand.
final class ScriptedServer: Sendable {
    /// What to do once the prepared bytes are sent.
    enum Ending: Sendable {
        case close
        case reset
        case hang
    }

    let url: String
    private let listener: Int32
    private let connections = Mutex<[Int32]>([])
    private let received = Mutex<[String]>([])

    /// The requests received, heads and bodies.
    var requests: [String] { received.withLock { $0 } }

    /// Runs a server that sends `answer` to every request that `path` occurs in, and 404 to others.
    static func run<Result>(
        answer: String, ending: Ending = .close, path: String = "/",
        _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let server = try ScriptedServer()
        let thread = Thread { server.serve(answer: answer, ending: ending, path: path) }
        thread.start()
        defer { server.stop() }
        return try await body(server)
    }

    /// An answer with a status line, `Content-Length` and a body.
    static func http(_ status: String, headers: [String] = [], body: String) -> String {
        let head =
            ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
        return head.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    private init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) != 0 || listen(listener, 16) != 0
                    || getsockname(listener, $0, &length) != 0
            }
        }
        guard !failed else { throw CocoaError(.fileWriteUnknown) }
        url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    }

    private func serve(answer: String, ending: Ending, path: String) {
        // Nowhere else: closed while this is about to accept, its number may be another test's listener.
        defer { close(listener) }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            let request = readRequest(connection)
            received.withLock { $0.append(request) }
            let isForUs = request.split(separator: "\r\n").first?.contains(path) == true
            let text = isForUs ? answer : Self.http("404 Not Found", body: "{}")
            _ = Array(text.utf8).withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            switch ending {
            case .close: close(connection)
            case .reset:
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
                close(connection)
            case .hang: connections.withLock { $0.append(connection) }
            }
        }
    }

    private func readRequest(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let head = text.range(of: "\r\n\r\n") else { continue }
            let length =
                text.lowercased().split(separator: "\r\n")
                .first { $0.hasPrefix("content-length: ") }
                .flatMap { Int($0.dropFirst(16)) } ?? 0
            if text[head.upperBound...].utf8.count >= length { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        connections.withLock { $0.forEach { _ = close($0) } }
    }
}
