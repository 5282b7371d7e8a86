import Foundation
import Synchronization
import Testing

@Suite("An endpoint that misbehaves", .serialized)
struct FaultyEndpointTests {
    private let ids = (0..<12).map { "p-\($0)" }

    private var batch: String {
        ids.map { #"{"id": "\#($0)", "prompt": "This is \#($0)."}"# + "\n" }.joined()
    }

    private func site(endpoint: String, dispatch: String = "") throws -> TestSite {
        let site = try TestSite()
        try site.configure(
            engine: "  endpoint: unix:\(site.root)/\(endpoint)\n  slots: 4\n",
            settings: "dispatch:\n  retry-delay: 50ms\n" + dispatch)
        return site
    }

    /// Which prompt of the batch a request carries.
    private static func number(_ request: String) -> Int? {
        request.split(separator: "p-").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    private static let faults: [FaultyEngine.Reply] = [
        .json("<html>hello</html>"), .json("{}"), .json(#"{"choices": []}"#), .json(""), .reset,
        .json("{\"choices\": " + String(repeating: "[", count: 100_000)),
        .bytes("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\": ["),
        .bytes("SSH-2.0-OpenSSH_9.2\r\n"),
        .bytes(""), .http("500 Internal Server Error", headers: [], body: #"{"error": "oops"}"#),
        .http("502 Bad Gateway", headers: [], body: "<html>"), .bytes("HTTP/1.1 200 OK\r\n\r\n{\"choices\""),
    ]

    @Test("Garbage, truncated answers, resets and 5xx: each prompt is sent again and answered once")
    func passingFaults() async throws {
        let site = try site(endpoint: "e.sock")
        let sent = Mutex<[Int: Int]>([:])
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            guard let number = Self.number(request) else { return .completion() }
            let isFirst = sent.withLock { sent in
                sent[number, default: 0] += 1
                return sent[number] == 1
            }
            return isFirst ? Self.faults[number] : .completion("\(number)")
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", batch)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.errors.isEmpty)
        #expect(sent.withLock { $0 } == Dictionary(uniqueKeysWithValues: ids.indices.map { ($0, 2) }))
        // Several in a row are the engine's fault, and not counted; so is a gateway's.
        #expect(output.timings.allSatisfy { (1...2).contains($0.attempts) })
        #expect(output.timings.contains { $0.attempts == 2 })
    }

    @Test("Lasting faults fail their prompts by name; an enormous answer is not asked for twice")
    func lastingFaults() async throws {
        let site = try site(endpoint: "e.sock", dispatch: "  max-attempts: 2")
        let enormous = String(repeating: "x", count: 65 << 20)
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            switch Self.number(request) {
            case 1: .json("no")
            case 2: .http("500 Internal Server Error", headers: [], body: #"{"error": "oops"}"#)
            case 3: .json(enormous)
            case 4: .http("404 Not Found", headers: [], body: #"{"error": {"message": "no model 'x' here"}}"#)
            case 5: .reset
            default: .completion()
            }
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", batch)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids.filter { !["p-1", "p-2", "p-3", "p-4", "p-5"].contains($0) })
        let codes = output.errors.map { $0.error?.code }
        #expect(
            codes == [
                "engine_malformed_answer", "engine_error", "engine_malformed_answer", "engine_refused",
                "engine_lost",
            ])
        #expect(ids[1...5].map { output.timing($0)?.attempts } == [2, 2, 1, 2, 2])
        #expect(output.error("p-4")?.error?.message.contains("no model 'x' here") == true)
    }

    @Test("429 and 503: the engine is left alone as long as it asks, and no attempt is counted")
    func overload() async throws {
        let site = try site(endpoint: "e.sock", dispatch: "  max-attempts: 1")
        let refusals = Mutex<[ContinuousClock.Instant]>([])
        let firstGreeting = Mutex<ContinuousClock.Instant?>(nil)
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            guard Self.number(request) != nil else {
                if request != FaultyEngine.slots, refusals.withLock({ !$0.isEmpty }) {
                    firstGreeting.withLock { $0 = $0 ?? .now }
                }
                return .completion()
            }
            let count = refusals.withLock { refusals in
                refusals.append(.now)
                return refusals.count
            }
            switch count {
            case 1...5: return .http("429 Too Many Requests", headers: ["Retry-After: 1"], body: "{}")
            case 6...8: return .http("503 Service Unavailable", headers: [], body: "{}")
            default: return .completion()
            }
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", batch)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.timings.allSatisfy { $0.attempts == 1 })
        let first = try #require(refusals.withLock { $0.first })
        let greeting = try #require(firstGreeting.withLock { $0 })
        #expect(first.duration(to: greeting) >= .seconds(1))
        #expect(site.log.contains("nothing is sent to it for"))
    }

    @Test("It goes away in mid-batch and comes back: every prompt is answered once")
    func outage() async throws {
        let site = try site(endpoint: "e.sock", dispatch: "  max-attempts: 2")
        let asked = Mutex(0)
        let first = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            guard Self.number(request) != nil else { return .completion() }
            return asked.withLock { asked in
                asked += 1
                return asked <= 4 ? .completion() : .silence
            }
        }
        try await site.start()
        try site.drop("batch.jsonl", batch)
        try await site.wait("some are answered and some are not") { asked.withLock { $0 >= 8 } }
        first.stop()
        try await site.wait("the daemon notices") { site.log.contains("The engine is gone") }
        try await site.wait("the status says so") { try site.status()?.state == .blocked }
        unlink(site.root + "/e.sock")
        let second = try FaultyEngine(listeningOn: site.root + "/e.sock") { _ in .completion() }
        defer { second.stop() }
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.errors.isEmpty)
    }

    @Test("A server run by others decides itself in which slot it works")
    func noSlotNumbers() async throws {
        let site = try site(endpoint: "e.sock")
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            .completion(request.contains("id_slot") ? "told" : "free")
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", batch)
        let output = try await site.output("batch")
        #expect(ids.allSatisfy { output.text($0) == "free" })
    }

    @Test("Where somebody took a batch's file away, each of its prompts has its own entry with its line")
    func inputGone() async throws {
        let site = try site(endpoint: "e.sock")
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            Self.number(request) == nil ? .completion() : .silence
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop("batch.jsonl", batch)
        try await site.wait("prompts are at the engine") { (try site.status()?.running ?? 0) >= 1 }
        site.signal(SIGKILL)
        _ = try await site.waitForExit()
        for id in try FileManager.default.contentsOfDirectory(atPath: site.layout.active) {
            unlink(site.layout.inputDirectory(batch: id) + "/batch.jsonl")
        }
        try await site.start()
        let output = try await site.output("batch")
        #expect(output.errors.map { $0.error?.code } == ids.map { _ in "input_gone" })
        #expect(output.errors.map { $0.error?.line } == Array(1...12))
        #expect(Set(output.errors.map(\.id)).count == 12)
    }

    @Test("Credentials in its address are not logged")
    func credentials() async throws {
        let site = try TestSite()
        try site.configure(engine: "  endpoint: http://anna:s3cret@127.0.0.1:1")
        try site.launch()
        #expect(try await site.waitForExit() == 1)
        #expect(site.log.contains("http://***@127.0.0.1:1"))
        #expect(!site.log.contains("s3cret"))
    }

    @Test("Not there when the daemon starts: the exit status asks to be started again")
    func notThereYet() async throws {
        let site = try site(endpoint: "nobody.sock")
        try site.launch()
        #expect(try await site.waitForExit() == 1)
        #expect(site.log.contains("nobody.sock"))
    }
}
