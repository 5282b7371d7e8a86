import ArgumentParser
import Testing

@testable import Settings

@Suite struct SettingsOptionsTests {
    @Test func optionsBecomeFlagsOfTheLoader() throws {
        let options = try SettingsOptions.parse([
            "--config", "/c.yaml", "--spool", "/s", "--state-directory", "/st", "--set", "engine.slots=4",
            "--set", "engine.server=a=b", "--set", "engine.model=",
        ])
        let loader = options.loader(further: ["log-level": "debug", "engine.endpoint": nil])
        #expect(loader.file == "/c.yaml")
        #expect(
            loader.flags == [
                "spool": "/s", "state-directory": "/st", "engine.slots": "4", "engine.server": "a=b",
                "engine.model": "", "log-level": "debug",
            ])
    }

    @Test func aFlagWinsOverSet() throws {
        let options = try SettingsOptions.parse(["--set", "spool=/a", "--spool", "/b"])
        #expect(options.loader().flags == ["spool": "/b"])
    }

    @Test func anInstanceIsItsConfiguration() throws {
        let options = try SettingsOptions.parse(["--instance", "fast"])
        #expect(options.loader().file == "/etc/draftspool/fast.yaml" && options.loader().flags.isEmpty)
    }

    @Test(arguments: [
        "", "a b", "../fast", "-fast", ".fast", "draftspool", String(repeating: "a", count: 33),
    ])
    func aNameThatCannotBeAnInstancesIsRefused(name: String) {
        #expect(throws: (any Error).self) { try SettingsOptions.parse(["--instance=\(name)"]) }
    }

    @Test(arguments: [
        ["--instance", "fast", "--config", "/c.yaml"], ["--set", "engine.slots"], ["--set", "engine.slot=3"],
        ["--set", "=3"], ["--set", ""],
    ])
    func assignmentsAreChecked(arguments: [String]) {
        #expect(throws: (any Error).self) { try SettingsOptions.parse(arguments) }
    }
}
