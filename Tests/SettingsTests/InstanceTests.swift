import Foundation
import Testing

@testable import Settings

/// Several services on one machine, each with a configuration of its own.
@Suite struct InstanceTests {
    @Test func theNameFollowsFromTheConfiguration() throws {
        #expect(try Instance(ofConfiguration: "/etc/draftspool/fast.yaml").name == "fast")
        let roundabout = "/etc/draftspool/../draftspool/qwen3.6-27b_q8.yaml"
        #expect(try Instance(ofConfiguration: roundabout).name == "qwen3.6-27b_q8")
    }

    @Test(arguments: [
        nil, "", "/etc/draftspool/draftspool.yaml", "/etc/draftspool/fast.yml",
        "/etc/draftspool/sub/fast.yaml", "/srv/fast.yaml", "/srv/a b.yaml", "fast.yaml",
    ])
    func aConfigurationElsewhereIsOfTheServiceThatHasNoName(file: String?) throws {
        #expect(try Instance(ofConfiguration: file) == .main)
    }

    @Test(arguments: ["", "a b", "_x", "a:b", ".fast", String(repeating: "a", count: 33)])
    func aConfigurationAmongThoseOfInstancesHasAnInstancesName(name: String) {
        let file = "/etc/draftspool/\(name).yaml"
        let error = #expect(throws: SettingsError.self) { try Instance(ofConfiguration: file) }
        #expect(error?.origin == file && error?.problem.contains(Instance.nameRule) == true)
    }

    /// It is not looked for: what is wrong with the name is said whether the file is there or not.
    @Test func itsNameIsTheFirstThingThatIsLookedAt() async throws {
        let loader = SettingsLoader(file: "/etc/draftspool/_x.yaml", environment: [:])
        let error = await #expect(throws: SettingsError.self) { try await loader.load() }
        #expect(error?.problem.hasPrefix("cannot be an instance's configuration") == true)
    }

    @Test func everyInstanceHasPlacesOfItsOwn() throws {
        let fast = try #require(Instance(named: "fast"))
        #expect(fast.configuration == "/etc/draftspool/fast.yaml")
        #expect(fast.spool == "/var/spool/draftspool-fast")
        #expect(fast.stateDirectory == "/var/lib/draftspool-fast")
        #expect(fast.runtimeDirectory == "/run/draftspool-fast")
        #expect(fast.unit == "draftspoold@fast")
        #expect(Instance.main.spool == "/var/spool/draftspool" && Instance.main.unit == "draftspoold")
    }

    @Test func theExamplesSpoolIsTheInstancesOwn() async throws {
        let settings = try await SettingsLoader(file: ExampleFileTests.path, environment: [:]).load()
        #expect(settings.instance == .main && settings.spool == "/var/spool/draftspool")
        #expect(settings.stateDirectory == "/var/lib/draftspool")
    }

    @Test(arguments: [
        ("/var/spool/draftspool", "draftspoold"), ("/var/spool/../spool/draftspool/", "draftspoold"),
        ("/var/spool/draftspool-slow", "draftspoold@slow"),
    ])
    func anotherServicesSpoolIsRefused(spool: String, owner: String) async throws {
        let fast = try #require(Instance(named: "fast"))
        let file = try ConfigurationFile("# a copy\nspool: \(spool)\n")
        let loader = SettingsLoader(file: file.path, environment: [:])
        let error = await #expect(throws: SettingsError.self) { try await loader.load(of: fast) }
        #expect(error?.key == "spool" && error?.origin == file.path + ":2")
        #expect(error?.problem.hasPrefix("is the one of \(owner), ") == true)
        #expect(error?.problem.contains("make it empty for /var/spool/draftspool-fast") == true)
        // Who has no instance may name any.
        #expect(try await file.load().spool == SettingUnits.absolute(spool))
    }

    @Test(arguments: ["", "/var/spool/draftspool-fast", "/srv/spool", "/var/spool/draftspool/sub"])
    func anInstanceHasItsOwnSpoolOrOneElsewhere(spool: String) async throws {
        let fast = try #require(Instance(named: "fast"))
        let file = try ConfigurationFile("spool: \"\(spool)\"\n")
        let settings = try await SettingsLoader(file: file.path, environment: [:]).load(of: fast)
        #expect(settings.spool == (spool.isEmpty ? fast.spool : spool))
    }
}
