import Foundation
import JSON
import PromptBatch
import TestSupport
import Testing

/// `draftspool calibrate` with several programs: the real llama-server under several names.
@Suite(.serialized) struct CompareProgramTests {
    private let site: CalibrationSite

    init() throws {
        site = try CalibrationSite()
    }

    /// A script in the site that starts the engine.
    private func script(_ name: String, _ body: String) throws -> String {
        let path = site.root + "/" + name
        try site.write("#!/bin/bash\nserver=\(TestPaths.server)\n\(body)\n", to: name)
        chmod(path, 0o755)
        return path
    }

    private func sameProgram(_ name: String) throws -> String { try script(name, "exec $server \"$@\"") }

    /// Lets the engine compute for a quarter of the time.
    private func slowProgram() throws -> String {
        try script(
            "slow",
            """
            [[ $1 = --version || $1 = --help ]] && exec $server "$@"
            $server "$@" &
            engine=$!
            trap 'kill -CONT $engine; kill $engine; wait $engine; exit' TERM
            while kill -STOP $engine 2>/dev/null; do sleep 0.06; kill -CONT $engine; sleep 0.02; done
            wait $engine
            """)
    }

    private let short = ["--settings", "off", "--slots", "1", "--no-learn"]

    /// Other tests compute meanwhile; where four rounds do not tell, more of them do.
    @Test func theFasterProgramIsNamedWithTheLineThatConfiguresIt() async throws {
        let slow = try slowProgram()
        let fast = try sameProgram("fast")
        func arguments(_ rounds: Int) -> [String] {
            short + ["--server", slow, "--server", fast, "--repeats", "\(rounds)"]
        }
        var rounds = 4
        var comparison = try await compared(arguments(rounds), rounds: rounds)
        while comparison["verdicts"]?[0]?["decided"]?.boolValue != true, rounds < 32 {
            rounds *= 2
            comparison = try await compared(arguments(rounds), rounds: rounds)
        }
        let verdict = try #require(comparison["verdicts"]?[0])
        #expect(verdict["decided"]?.boolValue == true, "\(comparison.text)")
        #expect(verdict["fastest"]?["server"]?.stringValue == fast)
        #expect(verdict["speedup"]?.doubleValue ?? 0 > 1)
        #expect(site.engines.isEmpty && site.runtimeDirectories.isEmpty)

        // The same command goes on where it stopped: there is nothing left, and the text ends with the line.
        let again = try site.start(arguments(rounds))
        #expect(try await again.status() == 0, "\(again.diagnostics)")
        #expect(again.output.contains("fast is ") && again.output.contains("as fast as slow"))
        #expect(again.output.hasSuffix("\nengine: {server: \(fast), slots: 1}\n"), "\(again.output)")
        // More rounds go on from those that are there.
        _ = try await compared(arguments(rounds + 1), rounds: rounds + 1)
    }

    /// The comparison that a run comes to, with so many rounds of both programs.
    private func compared(_ arguments: [String], rounds: Int) async throws -> JSON {
        let run = try site.start(arguments + ["--json"])
        #expect(try await run.status() == 0, "\(run.diagnostics)")
        let comparison = try #require(try run.json()["comparison"])
        let counts = comparison["contenders"]?.arrayValue?.compactMap { $0["rounds"]?.intValue }
        #expect(counts == [rounds, rounds])
        return comparison
    }

    /// A 95 % interval errs once in twenty times, so one of three runs may.
    @Test func oneProgramUnderTwoNamesIsTooCloseToCall() async throws {
        let names = [try sameProgram("first"), try sameProgram("second")]
        var close = 0
        for attempt in 0..<3 where close < 2 {
            let run = try site.start(
                short + ["--server", names[0], "--server", names[1], "--repeats", "3", "--json"]
                    + ["--output", "out-\(attempt)"])
            #expect(try await run.status() == 0, "\(run.diagnostics)")
            let comparison = try #require(try run.json()["comparison"])
            guard comparison["verdicts"]?[0]?["decided"]?.boolValue == false else { continue }
            close += 1
            #expect(comparison["recommended"]?["server"]?.stringValue == names[0])
        }
        #expect(close == 2)
    }

    @Test func aProgramThatIsNoEngineOrIsNamedTwiceIsAnErrorBeforeAnythingRuns() async throws {
        let first = try sameProgram("first")
        let link = site.root + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: first)
        for (other, words) in [
            ("/bin/ls", "/bin/ls is no llama-server"), ("/nowhere/llama-server", "/nowhere/llama-server"),
            (first, "is named twice"), (link, "are the same program"),
        ] {
            let run = try site.start(short + ["--server", first, "--server", other])
            #expect(try await run.status() == 1)
            #expect(run.diagnostics.contains(words), "\(run.diagnostics)")
        }
        #expect(site.finished == 0)
    }

    @Test func aProgramThatDoesNotStartWithTheModelIsNamedFirst() async throws {
        let broken = try script(
            "broken",
            """
            [[ $1 = --version || $1 = --help ]] && exec $server "$@"
            echo "unknown model architecture"
            exit 1
            """)
        let run = try site.start(short + ["--server", try sameProgram("first"), "--server", broken])
        #expect(try await run.status() == 1)
        for words in [broken, "does not start with", "unknown model architecture"] {
            #expect(run.diagnostics.contains(words), "\(run.diagnostics)")
        }
        #expect(site.finished == 0 && site.engines.isEmpty)
    }
}
