import Foundation
import TestSupport
import Testing

@Suite("What the daemon tells Prometheus")
struct MetricsFileTests {
    @Test("The file counts what was answered, and at last says that the daemon has stopped")
    func file() async throws {
        let site = try FaultyServer.site()
        let path = site.root + "/draftspool.prom"
        try FaultyServer.configure(site, settings: "metrics:\n  textfile: \(path)")
        try await site.start()
        try site.drop("batch.jsonl", FaultyServer.batch(3))
        let output = try await site.output("batch")
        #expect(output.answers.count == 3)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        var answered = 0
        for line in lines where line.hasPrefix(#"draftspool_prompts_total{outcome="answered""#) {
            answered += line.split(separator: " ").last.flatMap { Int($0) } ?? 0
        }
        #expect(answered == 3)
        for line in [
            #"draftspool_state{state="stopped"} 1"#, #"draftspool_state{state="ready"} 0"#,
            "draftspool_engine_starts_total 1", "draftspool_engine_losses_total 0",
            "draftspool_running_prompts 0", #"draftspool_queue_prompts{state="ready"} 0"#,
        ] {
            #expect(lines.contains(line[...]), "\(line)")
        }
    }
}
