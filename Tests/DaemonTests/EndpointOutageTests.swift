import Foundation
import Spool
import Synchronization
import Testing

/// Faults of an endpoint, its proxy or its configuration: prompts wait until they are mended, whatever that takes.
@Suite("An endpoint's faults are not a prompt's", .serialized)
struct EndpointOutageTests {
    private let ids = (0..<12).map { "p-\($0)" }

    private var batch: String { lines(ids) }

    private func lines(_ ids: [String], extra: String = "") -> String {
        ids.map { #"{"id": "\#($0)", "prompt": "This is \#($0)."\#(extra)}"# + "\n" }.joined()
    }

    private func site(dispatch: String = "  retry-delay: 50ms\n", slots: Int = 4) throws -> TestSite {
        let site = try TestSite()
        try site.configure(
            engine: "  endpoint: unix:\(site.root)/e.sock\n  slots: \(slots)\n",
            settings: "dispatch:\n" + dispatch)
        return site
    }

    /// Which prompt of the batch a request carries; nil for the daemon's own greeting.
    private static func number(_ request: String) -> Int? {
        request.split(separator: "p-").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    /// An engine that has the fault `isDown` says, for every request, and what it was asked meanwhile.
    private final class Outage: Sendable {
        private struct State {
            var isDown = false
            var greetings = 0
            var prompts: [Int: Int] = [:]
        }
        private let state = Mutex(State())

        var isDown: Bool {
            get { state.withLock { $0.isDown } }
            set { state.withLock { $0.isDown = newValue } }
        }
        /// The daemon's own requests that met the fault.
        var greetings: Int { state.withLock { $0.greetings } }
        /// Prompts that met the fault, with how often.
        var prompts: [Int: Int] { state.withLock { $0.prompts } }

        func answer(_ request: String, fault: FaultyEngine.Reply) -> FaultyEngine.Reply {
            state.withLock { state in
                guard state.isDown else { return .completion() }
                if let number = EndpointOutageTests.number(request) {
                    state.prompts[number, default: 0] += 1
                } else {
                    state.greetings += 1
                }
                return fault
            }
        }
    }

    @Test(
        "While every request meets it, the engine is paused, the prompts are kept, and the status says why",
        arguments: [
            ("502 Bad Gateway", "HTTP 502", "proxy"), ("504 Gateway Timeout", "HTTP 504", "proxy"),
            ("401 Unauthorized", "HTTP 401", "engine.endpoint-key-file"),
            ("403 Forbidden", "HTTP 403", "engine.endpoint-key-file"),
            ("404 Not Found", "HTTP 404", "engine.endpoint"),
            ("301 Moved Permanently", "HTTP 301", "engine.endpoint"),
            ("500 Internal Server Error", "HTTP 500", "log"),
            ("200 OK", "no answer of the OpenAI API", "engine.endpoint"),
        ])
    func outage(status: String, reason: String, remedy: String) async throws {
        let site = try site(dispatch: "  retry-delay: 50ms\n  max-attempts: 2\n")
        let outage = Outage()
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            outage.answer(request, fault: .http(status, headers: [], body: "<html>not today</html>"))
        }
        defer { engine.stop() }
        try await site.start()
        outage.isDown = true
        try site.drop("batch.jsonl", batch)
        try await site.wait("the status names the fault, and the engine was tried again", seconds: 60) {
            guard let now = try site.status() else { return false }
            guard now.failed == 0 else { throw TestFailure("prompts failed:\n\(site.log.suffix(3000))") }
            return now.state == .blocked && now.message.contains(reason) && outage.greetings >= 3
        }
        let blocked = try #require(try site.status())
        #expect(blocked.message.contains(remedy))
        #expect(blocked.message.contains("since"))
        #expect(blocked.message.contains("next try"))
        #expect(blocked.batches.first?.failed == 0)
        #expect(outage.prompts.values.reduce(0, +) <= 8, "prompts are not what the engine is tried with")
        #expect(site.log.components(separatedBy: "Nothing is sent to the engine").count == 2)
        outage.isDown = false
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.errors.isEmpty)
        try await site.wait("the status is well again") { try site.status()?.state == .ready }
        #expect(site.log.contains("The engine answers again"))
    }

    @Test("Connections that break for every request, though the server says it is healthy")
    func brokenConnections() async throws {
        let site = try site(dispatch: "  retry-delay: 50ms\n  max-attempts: 1\n")
        let outage = Outage()
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            outage.answer(request, fault: .reset)
        }
        defer { engine.stop() }
        try await site.start()
        outage.isDown = true
        try site.drop("batch.jsonl", batch)
        try await site.wait("the engine was tried again", seconds: 60) {
            (try site.status())?.state == .blocked && outage.greetings >= 3
        }
        #expect(try site.status()?.failed == 0)
        outage.isDown = false
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.errors.isEmpty)
    }

    @Test("A reload tries a paused engine at once, however long it asked to be left alone")
    func reloadEndsPause() async throws {
        let site = try site()
        let outage = Outage()
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            outage.answer(
                request,
                fault: .http("429 Too Many Requests", headers: ["Retry-After: 3600"], body: "{}"))
        }
        defer { engine.stop() }
        try await site.start()
        outage.isDown = true
        try site.drop("batch.jsonl", batch)
        try await site.wait("the engine is left alone") { site.log.contains("The engine has no room") }
        outage.isDown = false
        site.signal(SIGHUP)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.timings.allSatisfy { $0.attempts == 1 })
    }

    @Test("A stop does not wait for a paused engine, and what was kept is answered after the next start")
    func stopWhilePaused() async throws {
        let site = try site(dispatch: "  retry-delay: 50ms\n  drain-timeout: 1h\n")
        let isDown = Mutex(false)
        let isGreeted = Mutex(false)
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            guard isDown.withLock({ $0 }) else { return .completion() }
            guard Self.number(request) == nil else {
                return .http("502 Bad Gateway", headers: [], body: "")
            }
            isGreeted.withLock { $0 = true }
            return .silence
        }
        defer { engine.stop() }
        try await site.start()
        isDown.withLock { $0 = true }
        try site.drop("batch.jsonl", batch)
        try await site.wait("a greeting is under way") { isGreeted.withLock { $0 } }
        site.signal(SIGTERM)
        let daemon = try #require(site.daemon)
        try await site.wait("the daemon ends", seconds: 60) { !daemon.isRunning }
        #expect(daemon.status == 0)
        isDown.withLock { $0 = false }
        try await site.start()
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.timings.allSatisfy { $0.attempts == 1 })
    }

    @Test(
        "A prompt that alone meets it while others are answered ends as an error after its attempts",
        arguments: [
            ("502 Bad Gateway", "engine_error"), ("504 Gateway Timeout", "engine_error"),
            ("403 Forbidden", "engine_refused"), ("404 Not Found", "engine_refused"),
            ("500 Internal Server Error", "engine_error"), ("200 OK", "engine_malformed_answer"),
        ])
    func poison(status: String, code: String) async throws {
        let site = try site(dispatch: "  retry-delay: 50ms\n  max-attempts: 2\n")
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            Self.number(request).map { [0, 5, 11].contains($0) } == true
                ? .http(status, headers: [], body: "<html>") : .completion()
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", batch)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids.filter { !["p-0", "p-5", "p-11"].contains($0) })
        #expect(output.errors.map { $0.error?.code } == [code, code, code])
        #expect(output.errors.compactMap(\.customID).map { output.timing($0)?.attempts } == [2, 2, 2])
        try await site.wait("the status is well") { try site.status()?.state == .ready }
    }

    @Test(
        "A prompt that is the only one there ends too: the engine's answer to a greeting tells whose fault it is"
    )
    func poisonAlone() async throws {
        let site = try site(dispatch: "  retry-delay: 50ms\n  max-attempts: 2\n", slots: 1)
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            Self.number(request) == nil ? .completion() : .http("502 Bad Gateway", headers: [], body: "")
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", lines(["p-0"]))
        let output = try await site.output("batch")
        #expect(output.error("p-0")?.error?.code == "engine_error")
    }

    @Test(
        "A batch of which every prompt is too much for the engine fails, though the engine is not paused for it"
    )
    func allPoison() async throws {
        let site = try site(dispatch: "  retry-delay: 50ms\n")
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            Self.number(request) == nil
                ? .completion() : .http("500 Internal Server Error", headers: [], body: "{}")
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", batch)
        let output = try await site.output("batch")
        #expect(output.errors.map { $0.error?.code } == ids.map { _ in "engine_error" })
    }

    @Test(
        "A model that the server does not list fails the prompts that name it, at once and by name; others go on"
    )
    func unknownModel() async throws {
        let site = try site()
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            request.contains(#""model":"absent""#)
                ? .http(
                    "404 Not Found", headers: [], body: #"{"error": {"message": "no such model: absent"}}"#)
                : .completion()
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop(
            "batch.jsonl",
            lines(["p-0"]) + lines(["p-1", "p-2"], extra: #", "model": "absent""#)
                + lines(["p-3"], extra: #", "model": "faulty""#))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["p-0", "p-3"])
        #expect(output.errors.map { $0.error?.code } == ["unknown_model", "unknown_model"])
        let error = try #require(output.error("p-1"))
        #expect(error.error?.field == "model")
        #expect(error.error?.message.contains("absent") == true)
        #expect(error.error?.remedy?.contains("faulty") == true)
        #expect(error.response?.statusCode == 404)
        #expect(output.timing("p-1")?.attempts == 1)
        #expect(!site.log.contains("Nothing is sent to the engine"))
    }

    @Test(
        "Asked to come back at once, or in the past, and with no retry-delay, it is still left alone between tries",
        arguments: [
            "Retry-After: 0", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT", "X-Nothing: of the kind",
        ])
    func retryAfterZero(header: String) async throws {
        let site = try site(dispatch: "  retry-delay: 0s\n  max-attempts: 1\n")
        let refused = Mutex(0)
        let firstRefusal = Mutex<ContinuousClock.Instant?>(nil)
        let isReady = Mutex(false)
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { _ in
            guard isReady.withLock({ $0 }) else { return .completion() }
            let first = firstRefusal.withLock { first in
                if first == nil { first = .now }
                return first ?? .now
            }
            guard first.duration(to: .now) < .seconds(3) else { return .completion() }
            refused.withLock { $0 += 1 }
            return .http("429 Too Many Requests", headers: [header], body: "{}")
        }
        defer { engine.stop() }
        try await site.start()
        isReady.withLock { $0 = true }
        try site.drop("batch.jsonl", batch)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.timings.allSatisfy { $0.attempts == 1 })
        #expect((4...40).contains(refused.withLock { $0 }), "\(refused.withLock { $0 }) requests")
        #expect(site.log.components(separatedBy: "The engine has no room").count == 2)
    }

    @Test("Prompts that failed once and were then refused for want of room do not go one by one")
    func refusedPromptsAreNotIsolated() async throws {
        let site = try site(dispatch: "  retry-delay: 50ms\n  max-attempts: 2\n")
        let requests = Mutex<[Int: Int]>([:])
        let company = Mutex((now: 0, most: 0))
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            guard let number = Self.number(request) else { return .completion() }
            let count = requests.withLock { requests in
                requests[number, default: 0] += 1
                return requests[number] ?? 0
            }
            switch count {
            case 1: return .http("500 Internal Server Error", headers: [], body: "{}")
            case 2: return .http("429 Too Many Requests", headers: ["Retry-After: 1"], body: "{}")
            default: break
            }
            company.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            defer { company.withLock { $0.now -= 1 } }
            let deadline = ContinuousClock.now + .seconds(30)
            while company.withLock({ $0.most }) < 2, ContinuousClock.now < deadline { usleep(1000) }
            return .completion()
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", lines(Array(ids.prefix(4))))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == Array(ids.prefix(4)))
        #expect(company.withLock { $0.most } > 1)
    }
}
