import Foundation
import TestSupport
import Testing

/// Hosts of their own: network namespaces with a cable each to the one that the daemon runs in.
///
/// Making them takes root.
@Suite(
    "Engines on other hosts", .serialized,
    .enabled("needs the right to make network namespaces, and the program ip") { await Network.canBeMade() })
struct NetworkTests {
    @Test("A host whose cable is pulled is done without, and used again once it is plugged in")
    func cable() async throws {
        let network = try await Network(hosts: ["a", "b"])
        let servers = try [("a", 3), ("b", 0)].map { host, depth in try network.server(on: host, depth: depth)
        }
        defer { for server in servers { server.send(SIGKILL) } }
        let site = try TestSite()
        site.wrapper = network.command(on: "daemon")
        try site.configure(
            settings: """
                engines:
                  - {name: a, endpoint: "\(network.address(of: "a"))", depth: 3, slots: 2, stall-timeout: 2s}
                  - {name: b, endpoint: "\(network.address(of: "b"))", depth: 0, slots: 2, stall-timeout: 2s}
                dispatch: {retry-delay: 100ms}
                """)
        try await site.start()
        try await OthersServers.occupyBoth(of: site)
        try await network.ip(["-n", network.name("a"), "link", "set", "cable", "down"])
        let output = try await site.output("batch")
        #expect(output.answeredIDs == (0..<24).map { "story-\($0)" })
        #expect(output.errors.isEmpty)
        try await network.ip(["-n", network.name("a"), "link", "set", "cable", "up"])
        try site.drop("deep.jsonl", Prompts.code(2, extra: #", "draftspool": {"depth": 3}"#))
        #expect(try await site.output("deep").timings.compactMap(\.engine.id) == ["a", "a"])
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
    }
}

/// Network namespaces, removed with the value.
final class Network: Sendable {
    private static let program = ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Not every root may: a container can be without that right.
    static func canBeMade() async -> Bool {
        guard geteuid() == 0, let program else { return false }
        let name = "draftspool-try-\(UInt32.random(in: 0 ... .max))"
        for action in ["add", "delete"] {
            guard let run = try? await ProgramRun(program, ["netns", action, name]), run.status == 0 else {
                return false
            }
        }
        return true
    }

    private let prefix = "draftspool-\(UInt16.random(in: 0 ... .max))-"
    private let hosts: [String]

    /// Connects the host `daemon` with each of `hosts`.
    init(hosts: [String]) async throws {
        self.hosts = hosts
        for host in ["daemon"] + hosts {
            try await ip(["netns", "add", name(host)])
            try await ip(["-n", name(host), "link", "set", "lo", "up"])
        }
        for (index, host) in hosts.enumerated() {
            try await ip([
                "-n", name("daemon"), "link", "add", "to-\(host)", "type", "veth", "peer", "name", "cable",
                "netns", name(host),
            ])
            for (place, link, end) in [("daemon", "to-\(host)", 1), (host, "cable", 2)] {
                try await ip(["-n", name(place), "address", "add", "10.213.\(index).\(end)/30", "dev", link])
                try await ip(["-n", name(place), "link", "set", link, "up"])
            }
        }
    }

    deinit {
        for host in ["daemon"] + hosts {
            _ = Self.program.flatMap { try? ChildProcess($0, ["netns", "delete", name(host)]) }
        }
    }

    /// The namespace of a host.
    func name(_ host: String) -> String { prefix + host }

    /// Where a host's server listens.
    func address(of host: String) -> String {
        "http://10.213.\(hosts.firstIndex(of: host) ?? 0).2:8080"
    }

    /// What runs a program on a host, in front of its command line.
    func command(on host: String) -> [String] { [Self.program ?? "ip", "netns", "exec", name(host)] }

    func ip(_ arguments: [String]) async throws {
        let run = try await ProgramRun(Self.program ?? "ip", arguments)
        guard run.status == 0 else {
            throw TestFailure("ip \(arguments.joined(separator: " ")): \(run.diagnostics)")
        }
    }

    /// A real llama-server on a host.
    func server(on host: String, depth: Int) throws -> ChildProcess {
        let command =
            command(on: host)
            + OthersServers.command(depth: depth, address: ["--host", "0.0.0.0", "--port", "8080"])
        return try ChildProcess(command[0], Array(command.dropFirst()))
    }
}
