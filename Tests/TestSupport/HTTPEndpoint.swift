import Foundation

/// The program `http-endpoint`, which answers as an OpenAI-compatible server does, or `connect-proxy` before it.
public final class HTTPEndpoint: Sendable {
    /// Something that it noted.
    public struct Event: Decodable, Sendable {
        /// `request`, or `closed` for a connection.
        public let event: String
        /// The client's port.
        public let port: UInt16
        public let line: String?
        public let headers: [String: String]?
        /// The number of the body's bytes, and their sum.
        public let bytes: Int?
        public let sum: Int?
        /// The body, if it is small.
        public let text: String?
    }

    public let port: Int
    private let directory: String
    private let process: ChildProcess

    /// Starts an endpoint, hands it to `body` and stops it.
    public static func run<Value>(
        arguments: [String] = [], _ body: (HTTPEndpoint) async throws -> Value
    ) async throws -> Value {
        try await run("http-endpoint", arguments, body)
    }

    /// Starts a proxy that leads to an endpoint, hands it to `body` and stops it.
    ///
    /// - Parameter status: what it answers in place of connecting, such as `403 Forbidden`.
    public static func runProxy<Value>(
        to endpoint: HTTPEndpoint, status: String? = nil, _ body: (HTTPEndpoint) async throws -> Value
    ) async throws -> Value {
        try await run("connect-proxy", ["\(endpoint.port)"] + (status.map { [$0] } ?? []), body)
    }

    private static func run<Value>(
        _ program: String, _ arguments: [String], _ body: (HTTPEndpoint) async throws -> Value
    ) async throws -> Value {
        let directory = "/tmp/draftspool-endpoint-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let process = try ChildProcess(
            TestPaths.projectRoot + "/Tests/TestSupport/" + program, [directory] + arguments,
            output: directory + "/log")
        defer { process.send(SIGKILL) }
        while true {
            if let port = text(directory + "/port").flatMap(Int.init) {
                return try await body(HTTPEndpoint(port: port, directory: directory, process: process))
            }
            guard process.isRunning else {
                throw CocoaError(
                    .fileReadUnknown,
                    userInfo: [NSLocalizedDescriptionKey: text(directory + "/log") ?? "it ended"])
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private init(port: Int, directory: String, process: ChildProcess) {
        self.port = port
        self.directory = directory
        self.process = process
    }

    /// What it noted so far.
    public var events: [Event] {
        (Self.text(directory + "/events") ?? "").split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Event.self, from: Data($0.utf8))
        }
    }

    public var requests: [Event] { events.filter { $0.event == "request" } }

    /// The first lines of what a proxy was asked for.
    public var asked: [String] {
        (Self.text(directory + "/asked") ?? "").split(separator: "\n").map(String.init)
    }

    /// Waits until it noted something.
    ///
    /// - Throws: `CancellationError`.
    public func wait(until condition: ([Event]) -> Bool) async throws {
        try await waitUntil { condition(events) }
    }

    private static func text(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
