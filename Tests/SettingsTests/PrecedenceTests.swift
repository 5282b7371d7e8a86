import Foundation
import Testing

@testable import Settings

@Suite struct PrecedenceTests {
    @Test func flagsWinOverEnvironmentOverFileOverDefaults() async throws {
        let file = try ConfigurationFile("engine:\n  slots: 2\n  context: 1024\n  server: from-file\n")
        let environment = ["DRAFTSPOOL_ENGINE_SLOTS": "3", "DRAFTSPOOL_ENGINE_CONTEXT": "2048"]
        let settings = try await file.load(flags: ["engine.slots": "4"], environment: environment)
        #expect(settings.engine.slots == 4)
        #expect(settings.engine.contextTokens == 2048)
        #expect(settings.engine.server == "from-file")
        #expect(settings.dispatch.maximumAttempts == 3)
    }

    /// Every key can be set in each of the three places.
    @Test(arguments: SettingKey.all.map(\.path))
    func everyKeyCanBeSetEverywhere(path: String) async throws {
        let key = try #require(SettingKey.all.first { $0.path == path })
        let value = Self.otherValue(for: key)
        let parts = path.split(separator: ".")
        let written =
            switch key.kind {
            case .list: "[\(value)]"
            case .map, .headers: "{\(value.replacing("=", with: ": "))}"
            default: value
            }
        let line = parts.count == 1 ? "\(path): \(written)" : "\(parts[0]):\n  \(parts[1]): \(written)"
        let others = Self.pairs[path].map { [$0: "/the/other"] } ?? [:]
        let defaults = try await ConfigurationFile("").load()
        let byFile = try await ConfigurationFile(line).load(flags: others)
        let byVariable = try await ConfigurationFile("").load(
            flags: others, environment: [key.environmentVariable: value])
        let byFlag = try await ConfigurationFile("").load(flags: others.merging([path: value]) { $1 })
        #expect(byFile != defaults)
        #expect(byVariable == byFile)
        #expect(byFlag == byFile)
    }

    /// Keys of which neither is set without the other.
    private static let pairs = [
        "engine.endpoint-certificate-file": "engine.endpoint-certificate-key-file",
        "engine.endpoint-certificate-key-file": "engine.endpoint-certificate-file",
    ]

    private static func otherValue(for key: SettingKey) -> String {
        switch (key.path, key.kind) {
        case ("log-level", _): "debug"
        case ("engine.endpoint", _): "http://127.0.0.1:8080"
        case ("speculation.probe", _): "false"
        case ("web.listen", _): "unix:/somewhere/else"
        case ("engine.lane-overlap", _): "never"
        case (_, .depth): "7"
        case (_, .integer): "7000".prefix(key.path == "engine.context" ? 4 : 1).description
        case (_, .number), (_, .numberOrAuto): "0.25"
        case (_, .integerOrAuto): "7"
        case (_, .flag): "true"
        case (_, .duration): "77s"
        case (_, .size): "77KiB"
        case (_, .list): "--verbose"
        case (_, .map): "gpt-4o=large"
        case (_, .headers): "X-Team=batch"
        case (_, .text): "/somewhere/else"
        }
    }

    @Test func directoriesFollowOneAnother() async throws {
        let file = try ConfigurationFile("spool: /srv/spool")
        let plain = try await file.load()
        #expect(plain.stateDirectory == "/srv/spool/.state")
        #expect(plain.runtimeDirectory == "/srv/spool/.state/run")
        let systemd = ["STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "RUNTIME_DIRECTORY": "/run/a"]
        let service = try await file.load(environment: systemd)
        #expect(service.stateDirectory == "/var/lib/a")
        #expect(service.runtimeDirectory == "/run/a")
        let stated = try await file.load(flags: ["state-directory": "/data"], environment: systemd)
        #expect(stated.stateDirectory == "/data")
        #expect(stated.runtimeDirectory == "/run/a")
    }

    @Test func relativePathsAreFromTheWorkingDirectory() async throws {
        let here = FileManager.default.currentDirectoryPath
        let file = try ConfigurationFile(
            "spool: ./a/../spool\nengine: {model: models/m.gguf, server: my-server}")
        let settings = try await file.load()
        #expect(settings.spool == here + "/spool")
        #expect(settings.engine.model == here + "/models/m.gguf")
        #expect(settings.engine.server == "my-server")
    }

    @Test(arguments: ["", "\n\n", "# only\n# comments\n", "---\n", "{}"])
    func aFileWithoutKeysGivesTheDefaults(text: String) async throws {
        #expect(try await ConfigurationFile(text).load().engine.slots == 8)
    }
}
