import Foundation
import Synchronization
import TestSupport
import Testing

/// Several engines side by side: real ones where it matters what they do, scripted ones for their faults.
@Suite("A pool of engines", .serialized)
struct PoolTests {
    /// A llama-server that the test runs, as somebody else would.
    private func server(_ socket: String, depth: Int) throws -> ChildProcess {
        unlink(socket)
        let command = OthersServers.command(depth: depth, address: ["--host", socket])
        return try ChildProcess(command[0], Array(command.dropFirst()))
    }

    private func site(_ engines: String, settings: String = "") throws -> TestSite {
        let site = try TestSite()
        try site.configure(settings: "engines:\n" + engines + "\n" + settings)
        return site
    }

    private func lines(_ ids: [String], extra: String = "") -> String {
        ids.map { #"{"id": "\#($0)", "prompt": "This is \#($0)."\#(extra)}"# + "\n" }.joined()
    }

    private func ids(_ prefix: String, _ count: Int) -> [String] { (0..<count).map { "\(prefix)-\($0)" } }

    @Test(
        "Two real engines at different depths: each prompt ends where its depth is, and the records name it")
    func depths() async throws {
        let site = try site(
            """
              - {name: deep, model: \(TestPaths.demoModel), depth: 3, slots: 2}
              - {name: plain, model: \(TestPaths.demoModel), depth: 0, slots: 2}
            """)
        try await site.start()
        let three = #", "draftspool": {"depth": 3}"#
        let off = #", "draftspool": {"depth": 0}"#
        let two = #", "draftspool": {"depth": 2}"#
        try site.drop(
            "batch.jsonl",
            Prompts.code(6, prefix: "three", extra: three) + Prompts.code(6, prefix: "off", extra: off)
                + Prompts.code(1, prefix: "two", extra: two) + Prompts.code(6, prefix: "free"))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids("three", 6) + ids("off", 6) + ids("free", 6))
        #expect(output.error("two-0")?.error?.code == "depth_unavailable")
        for timing in output.timings {
            let depth = try #require(timing.decision.depth)
            #expect(timing.engine.id == (depth == 3 ? "deep" : "plain"))
            #expect((timing.tokens.drafted ?? 0 > 0) == (depth == 3))
            if timing.customID.hasPrefix("three") { #expect(depth == 3) }
            if timing.customID.hasPrefix("off") { #expect(depth == 0) }
        }
        let status = try #require(try site.status())
        #expect(Set(status.lanes.compactMap(\.engineID)) == ["deep", "plain"])
    }

    @Test("One endpoint dies in mid-batch: its prompts go to the other, and it is used again once it is back")
    func death() async throws {
        let site = try TestSite()
        let sockets = ["a", "b"].map { site.root + "/\($0).sock" }
        var first = try server(sockets[0], depth: 3)
        let second = try server(sockets[1], depth: 0)
        defer {
            first.send(SIGKILL)
            second.send(SIGKILL)
        }
        try site.configure(
            settings: """
                engines:
                  - {name: a, endpoint: "unix:\(sockets[0])", depth: 3, slots: 2}
                  - {name: b, endpoint: "unix:\(sockets[1])", depth: 0, slots: 2}
                dispatch: {retry-delay: 100ms}
                """)
        try await site.start()
        try await OthersServers.occupyBoth(of: site)
        first.send(SIGKILL)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids("story", 24))
        #expect(output.errors.isEmpty)
        #expect(output.timings.allSatisfy { $0.attempts <= 2 })
        first = try server(sockets[0], depth: 3)
        try await site.wait("it serves again") { try site.status()?.lanes.count == 2 }
        try site.drop("deep.jsonl", Prompts.code(2, extra: #", "draftspool": {"depth": 3}"#))
        #expect(try await site.output("deep").timings.compactMap(\.engine.id) == ["a", "a"])
    }

    @Test(
        "One that refuses everything keeps no prompt and costs none an attempt",
        arguments: ["502 Bad Gateway", "429 Too Many Requests", "401 Unauthorized"])
    func refusal(status: String) async throws {
        let site = try TestSite()
        let sick = try FaultyEngine(listeningOn: site.root + "/sick.sock") { _ in
            .http(status, headers: [], body: "{}")
        }
        let well = try FaultyEngine(listeningOn: site.root + "/well.sock") { _ in .completion() }
        defer {
            sick.stop()
            well.stop()
        }
        try site.configure(
            settings: """
                engines:
                  - {name: sick, endpoint: "unix:\(site.root)/sick.sock", slots: 2}
                  - {name: well, endpoint: "unix:\(site.root)/well.sock", slots: 2}
                dispatch: {retry-delay: 100ms}
                speculation: {probe: false}
                """)
        try await site.start()
        try site.drop("batch.jsonl", lines(ids("p", 40)))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids("p", 40))
        #expect(output.timings.allSatisfy { $0.attempts == 1 && $0.engine.id == "well" })
    }

    @Test("With all of them away work waits, and goes on with whichever comes back")
    func allAway() async throws {
        let site = try TestSite()
        let isDown = Mutex(true)
        func engine(_ name: String) throws -> FaultyEngine {
            try FaultyEngine(listeningOn: site.root + "/\(name).sock") { _ in
                isDown.withLock { $0 }
                    ? .http("503 Service Unavailable", headers: [], body: "{}") : .completion()
            }
        }
        let engines = try [engine("a"), engine("b")]
        defer { for engine in engines { engine.stop() } }
        try site.configure(
            settings: """
                engines:
                  - {name: a, endpoint: "unix:\(site.root)/a.sock", slots: 2}
                  - {name: b, endpoint: "unix:\(site.root)/b.sock", slots: 2}
                  - {name: c, endpoint: "unix:\(site.root)/c.sock", slots: 2}
                dispatch: {retry-delay: 100ms}
                """)
        try site.launch()
        try await site.wait("it says that one does not answer") {
            site.log.contains("The engine c does not answer")
        }
        try await site.wait("the spool is there") {
            FileManager.default.fileExists(atPath: site.layout.incoming)
        }
        try site.drop("batch.jsonl", lines(ids("p", 12)))
        try await site.wait("the batch is read in") { try site.status()?.batches.first?.prompts == 12 }
        isDown.withLock { $0 = false }
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids("p", 12))
        #expect(output.timings.allSatisfy { $0.attempts == 1 && $0.engine.id != "c" })
        try await site.wait("the status names the one that is missing") {
            try site.status()?.message.contains("c has not answered yet") == true
                || site.status()?.message.contains("c: ") == true
        }
        try await site.wait("and so does its list") {
            try site.status()?.engineTroubles?.map(\.engineID) == ["c"]
        }
        let late = try engine("c")
        defer { late.stop() }
        try await site.wait("it serves too") { try site.status()?.lanes.count == 3 }
    }

    @Test("A prompt goes to the engine that serves its model")
    func models() async throws {
        let site = try TestSite()
        func engine(_ name: String) throws -> FaultyEngine {
            try FaultyEngine(listeningOn: site.root + "/\(name).sock", models: [name]) { body in
                body.contains(#""model":"\#(name)""#)
                    ? .completion(name) : .http("404 Not Found", headers: [], body: "{}")
            }
        }
        let engines = try [engine("small"), engine("large")]
        defer { for engine in engines { engine.stop() } }
        try site.configure(
            settings: """
                engines:
                  - {name: a, endpoint: "unix:\(site.root)/small.sock", slots: 2}
                  - {name: b, endpoint: "unix:\(site.root)/large.sock", slots: 2}
                dispatch: {retry-delay: 100ms}
                model-names: {map: {gpt-4o: large, gpt-4o-mini: small}}
                speculation: {probe: false}
                """)
        try await site.start()
        try site.drop(
            "batch.jsonl",
            lines(ids("big", 10), extra: #", "model": "gpt-4o""#)
                + lines(ids("little", 10), extra: #", "model": "gpt-4o-mini""#)
                + lines(["strange"], extra: #", "model": "nobody""#))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids("big", 10) + ids("little", 10))
        for id in ids("big", 10) {
            #expect(output.text(id) == "large" && output.timing(id)?.engine.id == "b")
        }
        for id in ids("little", 10) { #expect(output.timing(id)?.engine.id == "a") }
        #expect(output.error("strange")?.error?.code == "unknown_model")
    }

    @Test("A reload takes engines in and lets them go; those that stay go on")
    func reload() async throws {
        let site = try TestSite()
        let engines = try ["a", "b", "c"].map { name in
            try FaultyEngine(listeningOn: site.root + "/\(name).sock") { _ in .completion(name) }
        }
        defer { for engine in engines { engine.stop() } }
        func configure(_ names: [String]) throws {
            let entries = names.map {
                #"  - {name: \#($0), endpoint: "unix:\#(site.root)/\#($0).sock", slots: 1}"#
            }
            try site.configure(
                settings: "speculation: {probe: false}\nengines:\n" + entries.joined(separator: "\n"))
        }
        try configure(["a", "b"])
        try await site.start()
        try await site.wait("both serve") {
            try Set(site.status()?.lanes.compactMap(\.engineID) ?? []) == ["a", "b"]
        }
        try configure(["b", "c"])
        site.signal(SIGHUP)
        try await site.wait("one is gone, one is new") {
            try Set(site.status()?.lanes.compactMap(\.engineID) ?? []) == ["b", "c"]
        }
        try site.drop("batch.jsonl", lines(ids("p", 20)))
        let output = try await site.output("batch")
        #expect(output.answers.count == 20)
        #expect(output.timings.allSatisfy { ["b", "c"].contains($0.engine.id) })
        try configure(["b"])
        site.signal(SIGHUP)
        try await site.wait("one is left") { try site.status()?.lanes.map(\.engineID) == ["b"] }
        try site.drop("last.jsonl", lines(ids("p", 3)))
        #expect(try await site.output("last").answers.count == 3)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
    }

    @Test("Whatever the engines are called and however they change, a reload is followed, back and forth too")
    func backAndForth() async throws {
        let site = try TestSite()
        let engines = try ["a", "b"].map { name in
            try FaultyEngine(listeningOn: site.root + "/\(name).sock") { _ in .completion(name) }
        }
        defer { for engine in engines { engine.stop() } }
        func reload(_ settings: String, engine: String = "", expecting text: String, _ name: String)
            async throws
        {
            let before = site.log.components(separatedBy: "Configuration read again").count
            try site.configure(engine: engine, settings: "speculation: {probe: false}\n" + settings)
            site.signal(SIGHUP)
            try await site.wait("it is followed") {
                site.log.components(separatedBy: "Configuration read again").count > before
            }
            try site.drop("\(name).jsonl", lines(ids("p", 3)))
            #expect(try await site.output(name).text("p-0") == text)
        }
        func one(_ socket: String) -> String { "  endpoint: unix:\(site.root)/\(socket).sock" }
        func list(_ entries: [String: String]) -> String {
            "engines:\n"
                + entries.map { #"  - {name: \#($0), endpoint: "unix:\#(site.root)/\#($1).sock"}"# }
                .joined(separator: "\n")
        }
        try site.configure(engine: one("a"), settings: "speculation: {probe: false}")
        try await site.start()
        try await reload("", engine: one("b"), expecting: "b", "other")
        try await reload("", engine: one("a"), expecting: "a", "back")
        try await reload(list(["x": "a"]), expecting: "a", "listed")
        try await reload(list(["x": "b"]), expecting: "b", "changed")
        try await reload(list(["y": "a"]), expecting: "a", "renamed")
        try await reload("", engine: one("b"), expecting: "b", "alone")
        // One that does not answer is refused, and the one that serves goes on.
        try site.configure(engine: one("nobody"), settings: "speculation: {probe: false}")
        site.signal(SIGHUP)
        try await site.wait("it is refused") { site.log.contains("The new configuration is refused") }
        try site.drop("after.jsonl", lines(ids("p", 3)))
        #expect(try await site.output("after").text("p-0") == "b")
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
    }

    @Test("An engine whose new address does not answer yet is used at the old one until it does")
    func lateAddress() async throws {
        let site = try TestSite()
        let engines = try ["a", "b"].map { name in
            try FaultyEngine(listeningOn: site.root + "/\(name).sock") { _ in .completion(name) }
        }
        defer { for engine in engines { engine.stop() } }
        func configure(_ socket: String) throws {
            try site.configure(
                settings: """
                    speculation: {probe: false}
                    engines:
                      - {name: a, endpoint: "unix:\(site.root)/a.sock", depth: 0, slots: 1}
                      - {name: b, endpoint: "unix:\(site.root)/\(socket).sock", depth: 1, slots: 1}
                    """)
        }
        let atB = lines(["p"], extra: #", "draftspool": {"depth": 1}"#)
        try configure("b")
        try await site.start()
        try site.drop("one.jsonl", atB)
        #expect(try await site.output("one").text("p") == "b")
        try configure("late")
        site.signal(SIGHUP)
        try await site.wait("it says so") { site.log.contains("the old one is used until it does") }
        try site.drop("two.jsonl", atB)
        #expect(try await site.output("two").text("p") == "b")
        let late = try FaultyEngine(listeningOn: site.root + "/late.sock") { _ in .completion("late") }
        defer { late.stop() }
        var count = 0
        while true {
            count += 1
            try site.drop("again-\(count).jsonl", atB)
            if try await site.output("again-\(count)").text("p") == "late" { break }
            try #require(count < 2000)
        }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
    }

    @Test("A server is sent no more requests in a minute than it allows")
    func rate() async throws {
        let site = try TestSite()
        let times = Mutex<[ContinuousClock.Instant]>([])
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { body in
            if body.contains("p-") { times.withLock { $0.append(.now) } }
            return .completion()
        }
        defer { engine.stop() }
        try site.configure(
            engine: "  endpoint: unix:\(site.root)/e.sock\n  endpoint-requests-per-minute: 120\n  slots: 8",
            settings: "speculation: {probe: false}")
        try await site.start()
        try site.drop("batch.jsonl", lines(ids("p", 12)))
        #expect(try await site.output("batch").answers.count == 12)
        let sent = times.withLock { $0 }
        // Two at once, then two a second.
        #expect(sent.count == 12 && sent[0].duration(to: sent[11]) > .seconds(4.9))
    }

    @Test("Requests at a time grow until the server refuses, and no prompt pays for finding that out")
    func concurrency() async throws {
        let site = try TestSite()
        let room = 12
        let state = Mutex((now: 0, most: 0, refused: 0))
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { _ in
            let isRefused = state.withLock { state in
                guard state.now < room else {
                    state.refused += 1
                    return true
                }
                state.now += 1
                state.most = max(state.most, state.now)
                return false
            }
            if isRefused { return .http("429 Too Many Requests", headers: [], body: "{}") }
            usleep(30_000)
            state.withLock { $0.now -= 1 }
            return .completion()
        }
        defer { engine.stop() }
        try site.configure(
            engine: "  endpoint: unix:\(site.root)/e.sock",
            settings: "speculation: {probe: false}\ndispatch: {retry-delay: 100ms}")
        try await site.start()
        try site.drop("batch.jsonl", lines(ids("p", 600)))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids("p", 600))
        #expect(output.timings.allSatisfy { $0.attempts == 1 })
        let (_, most, refused) = state.withLock { $0 }
        #expect(most > 4 && refused < 60, "\(most) at a time, \(refused) refused")
    }
}
