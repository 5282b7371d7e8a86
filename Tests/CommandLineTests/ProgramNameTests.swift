import Foundation
import TestSupport
import Testing

/// One file is both programs, and the name by which it is called tells which.
struct ProgramNameTests {
    private let tool = TestPaths.program("draftspool")

    /// The command that the built program's help is about, when the program is told that it is called `name`.
    private func command(called name: String) async throws -> String? {
        let run = try await ProgramRun(
            "/bin/bash", ["-c", #"exec -a "$1" "$2" --help"#, "bash", name, tool],
            environment: TestPaths.sanitizerOptions)
        return command(run)
    }

    /// The command whose help is the output.
    private func command(_ run: ProgramRun) -> String? {
        let usage = run.output.split(separator: "\n").first { $0.hasPrefix("USAGE: ") }
        return usage?.split(separator: " ").dropFirst().first.map(String.init)
    }

    @Test(arguments: ["draftspoold", "./draftspoold", "/usr/bin/draftspoold"])
    func byTheDaemonsNameItIsTheDaemon(_ name: String) async throws {
        #expect(try await command(called: name) == "draftspoold")
    }

    @Test(arguments: [
        "draftspool", "/usr/bin/draftspool", "draftspoold/draftspool", "draftspoold.old", "-draftspoold",
        "/", "",
    ])
    func byAnyOtherNameItIsTheTool(_ name: String) async throws {
        #expect(try await command(called: name) == "draftspool")
    }

    @Test func aLinkIsWhatItIsCalled() async throws {
        let directory = "/tmp/draftspool-names-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let daemon = try TestPaths.daemon()
        for (name, target) in [("draftspoold", tool), ("draftspool", daemon), ("spooler", daemon)] {
            let link = directory + "/" + name
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            let run = try await ProgramRun(link, ["--help"], environment: TestPaths.sanitizerOptions)
            #expect(command(run) == (name == "draftspoold" ? name : "draftspool"), "\(name)")
        }
        let found = try await ProgramRun(
            "/usr/bin/env", ["draftspoold", "--help"],
            environment: ["PATH": directory].merging(TestPaths.sanitizerOptions) { $1 })
        #expect(command(found) == "draftspoold")
    }
}
