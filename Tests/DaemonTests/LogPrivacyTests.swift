import Foundation
import Testing

@Suite("What a prompt says stays out of log and status", .serialized)
struct LogPrivacyTests {
    private static let marker = "Quetzalcoatlus"

    private static let echoes = [
        "400 Bad Request", "404 Not Found", "422 Unprocessable Content", "403 Forbidden",
        "429 Too Many Requests", "500 Internal Server Error", "502 Bad Gateway", "200 OK", "418 I'm a Teapot",
    ]

    /// What the engine says of a request: the text it came with, as an error or as an answer that is none.
    private static func echo(_ status: String, _ marker: String) -> FaultyEngine.Reply {
        .http(status, headers: [], body: #"{"error": {"message": "cannot do: \#(marker)"}}"#)
    }

    @Test(
        "An engine that repeats the prompt in its errors: they are in errors.jsonl, not in the log or the status"
    )
    func echoedPrompts() async throws {
        let site = try TestSite()
        try site.configure(
            engine: "  endpoint: unix:\(site.root)/e.sock\n  slots: 2\n",
            settings: "log-level: debug\ndispatch:\n  retry-delay: 50ms\n  max-attempts: 2\n")
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            guard
                let number = request.split(separator: "echo ").dropFirst().first.flatMap({ Int($0.prefix(1)) }
                ),
                Self.echoes.indices.contains(number), request.contains(Self.marker)
            else { return .completion() }
            return Self.echo(Self.echoes[number], Self.marker)
        }
        defer { engine.stop() }
        try await site.start()
        let lines = Self.echoes.indices.map { index in
            #"{"id": "p-\#(index)", "prompt": "Please echo \#(index) \#(Self.marker)", "model": "\#(Self.marker)"}"#
        }
        // What is refused for want of room is never failed, so that line would wait for ever.
        let ending = lines.indices.filter { !Self.echoes[$0].hasPrefix("429") }.map { lines[$0] }
        let good = (0..<8).map { #"{"id": "good-\#($0)", "prompt": "Hello."}"# }
        var statuses = ""
        try site.drop("batch.jsonl", (ending + good).joined(separator: "\n") + "\n")
        try await site.wait("the batch ends") {
            statuses += (try? String(contentsOfFile: site.layout.statusFile, encoding: .utf8)) ?? ""
            return FileManager.default.fileExists(atPath: site.layout.output + "/batch/summary.json")
        }
        let output = try BatchOutput(directory: site.layout.output + "/batch")
        #expect(output.answers.count == 8)
        #expect(output.errors.count == ending.count)
        #expect(output.error("p-0")?.error?.message.contains(Self.marker) == true)
        try site.drop("busy.jsonl", lines[4] + "\n")
        try await site.wait("the engine refuses it for want of room") { site.log.contains("no room") }
        statuses += (try? String(contentsOfFile: site.layout.statusFile, encoding: .utf8)) ?? ""
        #expect(site.log.contains("HTTP 400"))
        #expect(site.log.contains("errors.jsonl"))
        #expect(!site.log.contains(Self.marker))
        #expect(!statuses.contains(Self.marker))
    }
}
