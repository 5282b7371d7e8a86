import JSON
import Foundation
import PromptBatch
import TestSupport
import Testing

/// `draftspool calibrate` on the real llama-server with the demo model.
@Suite(.serialized) struct CalibrateProgramTests {
    private let site: CalibrationSite

    init() throws {
        site = try CalibrationSite()
    }

    private func rows(_ report: JSON, panel: Int = 0) -> [JSON] {
        report["panels"]?[panel]?["rows"]?.arrayValue ?? []
    }

    @Test func twoSettingsAreMeasuredTaughtAndReported() async throws {
        let arguments = ["--settings", "off,3", "--repeats", "2", "--temperature", "0"]
        let run = try site.start(arguments + ["--json"])
        #expect(try await run.status() == 0, "\(run.diagnostics)")
        let report = try run.json()
        #expect(report["complete"]?.boolValue == true)
        #expect(rows(report).count == 4)
        for row in rows(report) {
            let speed = try #require(row["tokens_per_second"]?.doubleValue)
            #expect(speed > 0 && row["generations"]?.intValue == 2)
            let isDrafting = row["setting"]?["depth"]?.intValue == 3
            #expect((row["acceptance"]?.doubleValue != nil) == isDrafting)
            #expect((row["acceptance_per_position"]?.arrayValue?.count ?? 0) == (isDrafting ? 3 : 0))
        }
        let code = rows(report).first {
            $0["workload"]?.stringValue == "code" && $0["setting"]?["depth"]?.intValue == 3
        }
        #expect((code?["acceptance"]?.doubleValue ?? 0) > 0.8)

        let greedy = report["panels"]?[0]?["greedy_answers"]?.arrayValue ?? []
        #expect(greedy.count == 2)
        for comparison in greedy {
            #expect(comparison["compared"]?.intValue ?? 0 >= 2)
            #expect(comparison["equal"]?.intValue == comparison["compared"]?.intValue)
        }
        #expect(report["learned"]?["generations"]?.intValue == 8)
        #expect(site.engines.isEmpty && site.runtimeDirectories.isEmpty)

        let before = site.finished
        let again = try site.start(arguments)
        #expect(try await again.status() == 0 && site.finished == before)
        for word in ["MTP", "by position at 3", "depth 3: 4 of 4", "learned: 8 generations"] {
            #expect(again.output.contains(word), "\(word) is missing in \(again.output)")
        }
        let chart = try String(contentsOfFile: site.root + "/out/chart.svg", encoding: .utf8)
        #expect(chart.hasPrefix("<svg") && chart.contains("creative"))

        let learned = try CalibrationSite.Run(
            ["report", "--learned", "--json", "--config", "draftspool.yaml"], in: site.root)
        #expect(try await learned.status() == 0)
        let engine = try #require(try learned.json()["engines"]?[0])
        #expect(engine["observations"]?.intValue == 8 && engine["engine"]?["slots"]?.intValue == 1)
        #expect(
            Set(engine["costs"]?.arrayValue?.compactMap { $0["depth"]?.intValue } ?? []) == [0, 3])
        #expect(
            engine["engine"]?["fingerprint"]?.stringValue
                == report["panels"]?[0]?["engine"]?["fingerprint"]?.stringValue)

        let other = try site.start(["--settings", "off,2", "--repeats", "2", "--temperature", "0"])
        #expect(try await other.status() == 1)
        #expect(other.diagnostics.contains("settings: off, 3 then, off, 2 now"))
    }

    @Test func anInterruptedCalibrationGoesOnWhereItStopped() async throws {
        let arguments = ["--settings", "off,1,3", "--repeats", "6", "--no-learn"]
        let run = try site.start(arguments)
        while site.finished < 3, run.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        run.interrupt()
        #expect(try await run.status() == 130, "\(run.diagnostics)")
        #expect(run.diagnostics.contains("the same command goes on from there"))
        #expect(site.engines.isEmpty && site.runtimeDirectories.isEmpty)
        let kept = site.finished
        #expect(kept >= 3 && kept < 36)
        let first = try String(contentsOfFile: site.root + "/out/results.jsonl", encoding: .utf8)

        let next = try site.start(arguments + ["--json"])
        #expect(try await next.status() == 0, "\(next.diagnostics)")
        #expect(next.diagnostics.contains("of them are done"))
        let all = try String(contentsOfFile: site.root + "/out/results.jsonl", encoding: .utf8)
        #expect(all.hasPrefix(first) && site.finished == 36)
        let keys = try all.split(separator: "\n").map { try JSON.parse(Array($0.utf8))["key"]?.text }
        #expect(Set(keys).count == 36)
        let report = try next.json()
        #expect(report["complete"]?.boolValue == true && report["learned"]?.isNull == true)
        #expect(!FileManager.default.fileExists(atPath: site.root + "/state/learned"))
    }

    @Test func enginesOfAKilledCalibrationAreStopped() async throws {
        let arguments = ["--settings", "off,1,3", "--repeats", "4", "--no-learn"]
        let run = try site.start(arguments)
        while site.finished < 2, run.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        run.kill()
        #expect(try await run.status() == -SIGKILL)
        let left = site.engines
        let next = try site.start(arguments)
        #expect(try await next.status() == 0, "\(next.diagnostics)")
        #expect(site.engines.isEmpty, "left by the first: \(left)")
    }

    @Test func slotsAndConditionsMakePanels() async throws {
        let run = try site.start([
            "--settings", "off,3", "--slots", "1,3", "--thinking", "off,on", "--repeats", "1", "--ngram",
            "--json", "--no-learn",
        ])
        #expect(try await run.status() == 0, "\(run.diagnostics)")
        let report = try run.json()
        let panels = try #require(report["panels"]?.arrayValue)
        #expect(panels.compactMap { $0["engine"]?["slots"]?.intValue } == [1, 1, 3, 3])
        #expect(panels.compactMap { $0["thinking"]?.boolValue } == [false, true, false, true])
        for panel in panels {
            let rows = try #require(panel["rows"]?.arrayValue)
            #expect(rows.count == 8)
            let generations = panel["engine"]?["slots"]?.intValue == 3 ? 3 : 1
            #expect(rows.allSatisfy { $0["generations"]?.intValue == generations })
        }
    }

    @Test func whereTheDaemonFindsTheSlotsItIsTaughtUnderItsKey() async throws {
        let run = try site.start([
            "--settings", "off", "--repeats", "1", "--json", "--slots", "1,2", "--set", "engine.slots=auto",
            "--set", "engine.max-slots=4",
        ])
        #expect(try await run.status() == 0, "\(run.diagnostics)")
        let engines = try #require(try run.json()["panels"]?.arrayValue?.compactMap { $0["engine"] })
        #expect(engines.compactMap { $0["slots"]?.intValue } == [4, 4])
        #expect(engines.compactMap { $0["busy_slots"]?.intValue } == [1, 2])
        let names = try FileManager.default.contentsOfDirectory(atPath: site.root + "/state/learned")
        #expect(names == ["\(engines[0]["fingerprint"]?.stringValue ?? "").json"])
    }

    @Test func aSettingThatCannotRunIsNamedAndTheRestIsMeasured() async throws {
        // A wrapper that refuses to draft, as an engine does for which the drafts need more memory than there is.
        try site.write(
            """
            #!/bin/bash
            for argument; do [[ $argument = draft-mtp ]] && { echo "cannot allocate the draft context"; exit 1; }; done
            exec \(TestPaths.server) "$@"

            """, to: "server")
        chmod(site.root + "/server", 0o755)
        let run = try site.start([
            "--settings", "off,3", "--repeats", "1", "--json", "--set", "engine.server=\(site.root)/server",
        ])
        #expect(try await run.status() == 3, "\(run.diagnostics)")
        #expect(run.diagnostics.contains("cannot allocate the draft context"))
        let report = try run.json()
        #expect(report["complete"]?.boolValue == false && report["failures"]?.arrayValue?.count == 1)
        #expect(rows(report).count == 2 && report["learned"]?["generations"]?.intValue == 2)
    }

    @Test func anEngineThatDoesNotStartIsAnError() async throws {
        let run = try site.start(["--set", "engine.server=/bin/false"])
        #expect(try await run.status() == 1)
        #expect(run.diagnostics.contains("/bin/false"))
        let none = try site.start(["--model", "nowhere.gguf"])
        #expect(try await none.status() == 1)
        #expect(none.diagnostics.contains("nowhere.gguf"))
    }

    @Test func promptsTheEngineRefusesAreNamed() async throws {
        try site.write(
            """
            {"id":"good","prompt":"What is the capital of Portugal?"}
            {"id":"long","prompt":"\(String(repeating: "What is the capital of Portugal? ", count: 300))"}
            nonsense

            """, to: "prompts.jsonl")
        let run = try site.start(["--settings", "off", "--repeats", "1", "--json", "--no-learn"])
        #expect(try await run.status() == 3, "\(run.diagnostics)")
        #expect(run.diagnostics.contains("line 3"))
        let refused = try run.json()["panels"]?[0]?["refused"]?.arrayValue ?? []
        #expect(refused.compactMap { $0["custom_id"]?.stringValue } == ["long"])
    }
}
