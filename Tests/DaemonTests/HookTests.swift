import Foundation
import JSON
import Spool
import TestSupport
import Testing

@Suite("Who is told of finished batches", .serialized)
struct HookTests {
    private static let prompt = #"{"id": "a", "prompt": "Quetzalcoatlus?"}"# + "\n"

    private func engine(of site: TestSite) throws -> FaultyEngine {
        try FaultyEngine(listeningOn: site.root + "/e.sock") { _ in .completion() }
    }

    private func configure(_ site: TestSite, hook: String) throws {
        try site.configure(
            engine: "  endpoint: unix:\(site.root)/e.sock\n",
            settings: "hooks: {batch-finished: \"\(hook)\"}\n")
    }

    /// Writes a program for `/bin/sh` and names it in the configuration.
    private func configure(_ site: TestSite, script: String) throws {
        let file = site.root + "/hook"
        try "#!/bin/sh\ncd \(site.root)\n\(script)\n".write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        try configure(site, hook: file)
    }

    private func lines(_ site: TestSite, _ name: String) -> [String] {
        let text = try? String(contentsOfFile: site.root + "/" + name, encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    private func exists(_ site: TestSite, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: site.root + "/" + name)
    }

    @Test("A program is told of what is done and what was refused, and may call draftspool")
    func program() async throws {
        let site = try TestSite()
        let engine = try engine(of: site)
        defer { engine.stop() }
        try configure(
            site,
            script: """
                echo "printed by the hook"
                '\(TestPaths.program("draftspool"))' status --json > "status-$DRAFTSPOOL_FILE" || exit 1
                ls "$DRAFTSPOOL_OUTPUT/summary.json" "$DRAFTSPOOL_ERROR_REPORT" 2> /dev/null >> files
                echo "$DRAFTSPOOL_STATE $DRAFTSPOOL_FILE $DRAFTSPOOL_ANSWERED of $DRAFTSPOOL_PROMPTS" >> told
                """)
        try await site.start()
        try site.drop("good.jsonl", Self.prompt)
        try await site.wait("the first is told of") { lines(site, "told").count == 1 }
        try site.drop("bad.jsonl", "no JSON\n")
        try await site.wait("the second is told of") { lines(site, "told").count == 2 }
        #expect(lines(site, "told").first == "done good.jsonl 1 of 1")
        #expect(lines(site, "told").last?.hasPrefix("failed bad.jsonl 0 of ") == true)
        #expect(
            lines(site, "files") == [
                site.layout.output + "/good/summary.json", site.layout.failed + "/bad.jsonl.error.json",
            ])
        let status = try JSON.parse(
            Array(try Data(contentsOf: URL(fileURLWithPath: site.root + "/status-good.jsonl"))))
        #expect(status["alive"]?.boolValue == true)
        try await site.wait("both are off the list") {
            try site.status()?.batches.map(\.hook) == [.delivered, .delivered]
        }
        #expect(site.log.contains("printed by the hook"))
        #expect(!site.log.contains("Quetzalcoatlus"))
    }

    @Test("A kill while it is told repeats it")
    func repeated() async throws {
        let site = try TestSite()
        let engine = try engine(of: site)
        defer { engine.stop() }
        try configure(
            site, script: "mkdir first && echo $$ > pid && exec sleep 3600; echo $DRAFTSPOOL_BATCH >> told")
        try await site.start()
        try site.drop("good.jsonl", Self.prompt)
        try await site.wait("it is being told") { !lines(site, "pid").isEmpty }
        try await site.wait("the status has it") { try site.status()?.batches.first?.name == "good.jsonl" }
        site.signal(SIGKILL)
        _ = try await site.waitForExit()
        if let process = lines(site, "pid").first.flatMap({ Int32($0) }) { kill(process, SIGKILL) }
        #expect(!exists(site, "told"))
        try await site.start()
        try await site.wait("it is told again") { !lines(site, "told").isEmpty }
        try await site.wait("the status has it again") { try site.status()?.batches.isEmpty == false }
        let batch = try #require(try site.status()?.batches.first)
        #expect(lines(site, "told") == [batch.id])
        // It was published once.
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.layout.output) == ["good"])
    }

    @Test("A receiver that is down is in nobody's way, and is tried again after a reload")
    func receiverDown() async throws {
        let site = try TestSite()
        let engine = try engine(of: site)
        defer { engine.stop() }
        // Nothing listens on this port.
        try configure(site, hook: "http://127.0.0.1:1/s3cret")
        try await site.start()
        for name in ["a", "b", "c"] { try site.drop(name + ".jsonl", Self.prompt) }
        for name in ["a", "b", "c"] { #expect(try await site.output(name).answers.count == 1) }
        try await site.wait("the status says so") { try site.status()?.hooks?.failing == 3 }
        let status = try #require(try site.status())
        #expect(status.state == .ready)
        #expect(status.hooks?.error?.contains("http://127.0.0.1:1: ") == true)
        try await HTTPEndpoint.run { server in
            try configure(site, hook: "http://127.0.0.1:\(server.port)/status/204")
            site.signal(SIGHUP)
            try await server.wait { $0.count { $0.event == "request" } >= 3 }
            try await site.wait("all were told of") { try site.status().map { $0.hooks == nil } == true }
            let ids = server.requests.compactMap { $0.headers?["webhook-id"] }
            #expect(Set(ids).count == 3)
            #expect(server.requests.allSatisfy { $0.text?.contains("Quetzalcoatlus") == false })
        }
        #expect(!site.log.contains("s3cret"))
        #expect(try !String(contentsOfFile: site.layout.statusFile, encoding: .utf8).contains("s3cret"))
    }
}
