import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite("HTTP exchanges")
struct HTTPClientTests {
    private func withConnection<Value: Sendable>(
        _ server: HTTPEndpoint, keptConnections: Int = 4,
        _ body: (EngineConnection) async throws -> Value
    ) async throws -> Value {
        try await HTTPClient.run(tls: TLSFiles(), keptConnections: keptConnections) { client in
            try await body(
                EngineConnection(
                    client: client, endpoint: .url("http://127.0.0.1:\(server.port)"), headers: [],
                    maximumResponseBytes: 1 << 20))
        }
    }

    @Test("requests after one another share a connection, which is let go when nothing is asked for a while")
    func reuse() async throws {
        try await HTTPEndpoint.run { server in
            try await withConnection(server) { connection in
                for _ in 0..<20 {
                    let reply = try await connection.exchange(path: "/v1/models", timeout: .seconds(60))
                    #expect(reply.statusCode == 200 && reply.requestID == "r1")
                }
                // Fewer than one a request; more than one where the machine is too busy to ask again in time.
                let ports = Set(server.requests.map(\.port))
                #expect(ports.count < 20)
                try await server.wait { $0.count { $0.event == "closed" } == ports.count }
                _ = try await connection.exchange(path: "/v1/models", timeout: .seconds(60))
                #expect(server.requests.last.map { ports.contains($0.port) } == false)
            }
            let count = Set(server.requests.map(\.port)).count
            try await server.wait { $0.count { $0.event == "closed" } == count }
        }
    }

    @Test("more requests at once than connections are kept")
    func manyAtOnce() async throws {
        try await HTTPEndpoint.run { server in
            try await withConnection(server, keptConnections: 1) { connection in
                try await withThrowingTaskGroup { group in
                    for _ in 0..<200 {
                        group.addTask {
                            try await connection.exchange(path: "/together/200", timeout: .seconds(120))
                        }
                    }
                    for try await reply in group { #expect(reply.statusCode == 200) }
                }
            }
        }
    }

    @Test("no request is sent twice")
    func noRetry() async throws {
        try await HTTPEndpoint.run { server in
            try await withConnection(server) { connection in
                for body in [nil, Array("{}".utf8)] {
                    // So that there is a connection to use again.
                    _ = try await connection.exchange(path: "/v1/models", timeout: .seconds(60))
                    let error = await #expect(throws: EngineError.self) {
                        try await connection.exchange(path: "/close", body: body, timeout: .seconds(60))
                    }
                    #expect(error?.description.contains("closed before the answer was complete") == true)
                }
            }
            #expect(server.requests.count { $0.line?.contains("/close") == true } == 2)
        }
    }

    @Test("bodies arrive whole", arguments: [0, 1, 65_535, 65_536, 16 << 20])
    func bodies(count: Int) async throws {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await HTTPEndpoint.run { server in
            try await withConnection(server) { connection in
                _ = try await connection.exchange(path: "/v1/completions", body: body, timeout: .seconds(60))
            }
            let request = try #require(server.requests.first)
            #expect(request.bytes == count)
            #expect(request.sum == body.reduce(0) { $0 + Int($1) })
            #expect(request.headers?["expect"] == nil)
        }
    }

    @Test("a cancelled request's connection is closed at once; others go on")
    func cancellation() async throws {
        try await HTTPEndpoint.run { server in
            try await withConnection(server) { connection in
                let task = Task { try await connection.exchange(path: "/hang", timeout: .seconds(600)) }
                try await server.wait { $0.contains { $0.line?.contains("/hang") == true } }
                let port = server.requests.first?.port
                task.cancel()
                await #expect(throws: EngineError.cancelled) { try await task.value }
                try await server.wait { $0.contains { $0.event == "closed" && $0.port == port } }
                let reply = try await connection.exchange(path: "/v1/models", timeout: .seconds(60))
                #expect(reply.statusCode == 200)
            }
        }
    }

    @Test("a request of a cancelled task is not sent")
    func cancelledBefore() async throws {
        try await HTTPEndpoint.run { server in
            try await withConnection(server) { connection in
                let task = Task {
                    while !Task.isCancelled { await Task.yield() }
                    return try await connection.exchange(path: "/hang", timeout: .seconds(600))
                }
                task.cancel()
                await #expect(throws: EngineError.cancelled) { try await task.value }
            }
            #expect(server.requests.isEmpty)
        }
    }

    @Test("what is still asked when the client ends is given up")
    func end() async throws {
        try await HTTPEndpoint.run { server in
            let task = try await withConnection(server) { connection in
                let task = Task { try await connection.exchange(path: "/hang", timeout: .seconds(600)) }
                try await server.wait { !$0.isEmpty }
                return task
            }
            await #expect(throws: EngineError.cancelled) { try await task.value }
            try await server.wait { $0.contains { $0.event == "closed" } }
        }
    }

    @Test("programs started meanwhile do not inherit the connections")
    func closeOnExec() async throws {
        try await HTTPEndpoint.run { server in
            try await withConnection(server) { connection in
                // A connection that is not in use may be closed at any time.
                let request = Task { try await connection.exchange(path: "/hang", timeout: .seconds(600)) }
                defer { request.cancel() }
                try await server.wait { !$0.isEmpty }
                let port = try #require(server.requests.first?.port)
                let descriptor = try #require((0..<4096).first { Self.localPort(of: $0) == port })
                #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
            }
        }
    }

    private static func localPort(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isSocket = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getsockname(descriptor, $0, &length) == 0
            }
        }
        return isSocket && address.sin_family == sa_family_t(AF_INET)
            ? UInt16(bigEndian: address.sin_port) : nil
    }
}
