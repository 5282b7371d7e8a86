import Foundation
import Testing

@testable import Settings

/// Several services on one machine, each with a configuration of its own.
@Suite struct InstanceTests {
    @Test func theNameFollowsFromTheConfiguration() {
        #expect(Instance(ofConfiguration: "/etc/draftspool/fast.yaml").name == "fast")
        let roundabout = "/etc/draftspool/../draftspool/qwen3.6-27b_q8.yaml"
        #expect(Instance(ofConfiguration: roundabout).name == "qwen3.6-27b_q8")
    }

    @Test(arguments: [
        nil, "", "/etc/draftspool/draftspool.yaml", "/etc/draftspool/.yaml", "/etc/draftspool/fast.yml",
        "/etc/draftspool/sub/fast.yaml", "/etc/draftspool/a b.yaml", "/srv/fast.yaml", "fast.yaml",
    ])
    func anyOtherConfigurationIsOfTheServiceThatHasNoName(file: String?) {
        #expect(Instance(ofConfiguration: file) == .main)
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
}
