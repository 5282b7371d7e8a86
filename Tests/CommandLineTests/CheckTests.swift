import Foundation
import Settings
import Spool
import Testing

@testable import draftspool

struct CheckTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    private func loader(_ flags: [String: String] = [:]) -> SettingsLoader {
        let file = spool.layout.root + "/draftspool.yaml"
        _ = FileManager.default.createFile(atPath: file, contents: Data())
        return SettingsLoader(
            file: file, flags: flags.merging(["spool": spool.layout.root]) { given, _ in given },
            environment: [:])
    }

    private func findings(_ flags: [String: String] = [:]) async -> [String: Finding] {
        let findings = await Examination(loader: loader(flags)).findings()
        return Dictionary(findings.map { ($0.subject, $0) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func aSpoolOfOnesOwnIsInOrder() async {
        let findings = await findings()
        for subject in ["configuration", "classifier", "spool", "output", "state", "runtime"] {
            #expect(findings[subject]?.verdict == .ok, "\(subject)")
        }
        #expect(findings["daemon"]?.verdict == .warn)
        #expect(findings["model"]?.verdict == .fail)
    }

    @Test func everyComplaintHasARemedy() async {
        let all = await Examination(loader: loader(["engine.server": "/nowhere/llama-server"])).findings()
        #expect(all.contains { $0.subject == "engine" && $0.verdict == .fail })
        #expect(all.allSatisfy { ($0.verdict == .ok) == ($0.remedy == nil) })
    }

    @Test func aWrongConfigurationIsTheOnlyFinding() async {
        let all = await Examination(loader: loader(["engine.slots": "many"])).findings()
        #expect(all.map(\.subject) == ["configuration"] && all.first?.verdict == .fail)
        #expect(all.first?.text.contains("engine.slots") == true)
    }

    @Test func aMissingSpoolFails() async {
        #expect(await findings(["spool": "/nowhere/spool"])["spool"]?.verdict == .fail)
    }

    @Test func aSocketPathThatIsTooLongFails() async {
        let long = "/" + String(repeating: "r", count: DirectoryCheck.maximumSocketPathBytes)
        #expect(await findings(["runtime-directory": long])["runtime"]?.verdict == .fail)
        let longest = String(long.prefix(DirectoryCheck.maximumSocketPathBytes - "/lane.sock".utf8.count))
        #expect(await findings(["runtime-directory": longest])["runtime"]?.verdict == .ok)
    }

    @Test func anAPIThatCannotBeServedFails() async {
        let path = spool.layout.root + "/api.sock"
        #expect(await findings(["web.listen": "unix:" + path])["web"]?.verdict == .ok)
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let finding = await findings(["web.listen": "unix:" + path])["web"]
        #expect(finding?.verdict == .fail && finding?.text.contains(path) == true)
    }

    @Test func aFileThatIsNoModelFails() async throws {
        let path = try spool.write("not a model", to: "model.gguf")
        let finding = await findings(["engine.model": path])["model"]
        #expect(finding?.verdict == .fail && finding?.text.contains(path) == true)
    }

    @Test func anotherVersionOfTheDaemonIsWarnedOf() async throws {
        try spool.writeStatus(version: "0.0.1")
        #expect(await findings()["daemon"]?.verdict == .warn)
        try spool.writeStatus("blocked")
        #expect(await findings()["daemon"]?.verdict == .fail)
    }

    @Test(arguments: [
        ("LoadState=not-found\nActiveState=inactive", Finding.Verdict.ok),
        ("LoadState=loaded\nActiveState=active\nSubState=running\nUnitFileState=enabled", .ok),
        ("LoadState=loaded\nActiveState=inactive\nSubState=dead\nUnitFileState=disabled", .warn),
        ("LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code", .fail),
    ])
    func unitStates(_ output: String, _ verdict: Finding.Verdict) {
        #expect(SystemdUnit(name: "draftspoold", showOutput: output).findings.map(\.verdict) == [verdict])
    }

    @Test func availableMemoryIsReadInKibibytes() {
        let text = "MemTotal:       32901836 kB\nMemAvailable:   25165824 kB\n"
        #expect(MemoryFigures.availableBytes(inMeminfo: text) == 25_165_824 << 10)
        #expect(MemoryFigures.availableBytes(inMeminfo: "MemFree: 1 kB") == nil)
    }
}
