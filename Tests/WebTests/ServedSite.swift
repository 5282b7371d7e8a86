import Dispatch
import Foundation
import Logging
import Settings
import Spool
import Testing

@testable import Web

/// The API of a site, served on a socket.
struct ServedSite: Sendable {
    static let token = "0123456789abcdef"

    let site: WebSite
    let address: SystemAddress

    /// Serves while `body` runs.
    ///
    /// - Parameter isPort: whether on a port, by the token; otherwise on a UNIX socket.
    static func serve(
        isPort: Bool = false, patience: Patience = Patience(), _ body: (ServedSite) async throws -> Void
    ) async throws {
        let site = try WebSite()
        let root = site.layout.root
        let tokenFile = root + "/token"
        try Data(token.utf8).write(to: URL(fileURLWithPath: tokenFile))
        let file = root + "/draftspool.yaml"
        let text =
            "web: {listen: \"unix:\(root)/api.sock\", token-file: \(tokenFile)}\nmodel-names: {map: {gpt: m}}\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        let settings = try await SettingsLoader(file: file, flags: [:], environment: [:]).load()
        let port = try isPort ? BoundSocket(address: "127.0.0.1", port: 0) : nil
        defer { port?.abandon() }
        let address =
            if let port { try #require(SystemAddress(of: port.descriptor)) } else {
                try #require(SystemAddress(path: root + "/api.sock"))
            }
        let (lines, log) = AsyncStream<String>.makeStream()
        let service = WebService(
            ledger: site.ledger, layout: site.layout, settings: { settings },
            metrics: { WebSite.metrics }, passedSockets: port.map { [$0.descriptor] } ?? [],
            executor: QueueExecutor(), patience: patience,
            logger: Logger(label: "test") { _ in LineLog(lines: log) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            for await line in lines where line.contains("The API listens") { break }
            try await body(ServedSite(site: site, address: address))
            await service.finish()
            group.cancelAll()
        }
    }

    /// Sends bytes and reads what comes until the other side closes; the request is to ask for that.
    func exchange(_ text: String) throws -> String {
        let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        try #require(address.hand { connect(descriptor, $0, $1) } == 0)
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let sent = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { break }
            bytes = bytes.dropFirst(sent)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer.prefix(count)
        }
        return String(decoding: answer, as: UTF8.self)
    }

    /// Sends bytes, and then one now and then, and reads until the other side closes.
    func drip(after text: String) async throws -> String {
        try await onThread { connection in
            let head = Array(text.utf8)
            try #require(send(connection, head, head.count, Int32(MSG_NOSIGNAL)) == head.count)
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            var waiting = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
            while true {
                if poll(&waiting, 1, 20) == 0 {
                    guard send(connection, [UInt8(ascii: "x")], 1, Int32(MSG_NOSIGNAL)) == 1 else { break }
                    continue
                }
                let count = recv(connection, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                answer += buffer.prefix(count)
            }
            return String(decoding: answer, as: UTF8.self)
        }
    }

    /// Asks for something again and again and reads nothing, until the other side closes.
    func askWithoutReading(_ path: String) async throws {
        try await onThread { connection in
            let request = Array("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            var rest = request[...]
            while true {
                var waiting = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
                guard poll(&waiting, 1, -1) == 1, waiting.revents == Int16(POLLOUT) else { return }
                let sent = rest.withUnsafeBytes {
                    send(
                        connection, $0.baseAddress, $0.count,
                        Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
                }
                guard sent > 0 else {
                    guard errno == EAGAIN else { return }
                    continue
                }
                rest = rest.dropFirst(sent)
                if rest.isEmpty { rest = request[...] }
            }
        }
    }

    /// Talks over a connection on a thread of its own, for as long as that takes.
    private func onThread<Result: Sendable>(
        _ talk: @escaping @Sendable (_ connection: Int32) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Swift.Result {
                        let connection = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
                        defer { close(connection) }
                        try #require(address.hand { connect(connection, $0, $1) } == 0)
                        return try talk(connection)
                    })
            }
        }
    }

    /// Asks for something and reads as long as `goesOn` says of all that has come so far.
    func follow(_ path: String, while goesOn: @escaping @Sendable (String) throws -> Bool) async throws
        -> String
    {
        try await onThread { connection in
            let request = Array("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            try #require(send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count)
            var answer: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while try goesOn(String(decoding: answer, as: UTF8.self)) {
                let count = recv(connection, &buffer, buffer.count, 0)
                guard count > 0 else { break }
                answer += buffer.prefix(count)
            }
            return String(decoding: answer, as: UTF8.self)
        }
    }

    /// Asks for something without a body.
    ///
    /// - Parameter authorization: the header's value, in place of that of a token.
    func get(
        _ path: String, method: String = "GET", token: String? = nil, authorization: String? = nil
    ) throws -> String {
        let value = authorization ?? token.map { "Bearer \($0)" }
        let authorization = value.map { "Authorization: \($0)\r\n" } ?? ""
        return try exchange(
            "\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(authorization)Connection: close\r\n\r\n")
    }
}

/// Runs tasks on threads of its own: tests wait for the answers of those.
final class QueueExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "web", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Hands on what is logged.
private struct LineLog: LogHandler {
    let lines: AsyncStream<String>.Continuation
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.yield("\(event.message)") }
}
