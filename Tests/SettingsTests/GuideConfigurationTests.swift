import Foundation
import Testing

@testable import Settings

/// Each guide has a configuration in `examples/configurations`, which it shows as it is.
@Suite struct GuideConfigurationTests {
    private static let project = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let configurations = project.appendingPathComponent("examples/configurations")
    private static let guides = project.appendingPathComponent("docs/guides")

    /// The names of a folder's files, without their suffix.
    private static func names(in folder: URL, suffix: String) throws -> Set<String> {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return Set(files.filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) })
    }

    @Test func everyGuideHasAConfiguration() throws {
        let guides = try Self.names(in: Self.guides, suffix: ".md")
        #expect(guides == (try Self.names(in: Self.configurations, suffix: ".yaml")))
        #expect(guides.count == 5)
    }

    @Test func everyConfigurationIsAccepted() async throws {
        for name in try Self.names(in: Self.configurations, suffix: ".yaml") {
            let file = Self.configurations.appendingPathComponent(name + ".yaml").path
            let settings = try await SettingsLoader(file: file, environment: [:]).load()
            for engine in settings.engines {
                #expect(engine.endpoint.isEmpty != engine.model.isEmpty, "\(file) \(engine.name)")
            }
        }
    }

    @Test func everyGuideShowsItsConfiguration() throws {
        for name in try Self.names(in: Self.configurations, suffix: ".yaml") {
            let configuration = try text(Self.configurations.appendingPathComponent(name + ".yaml"))
            let guide = try text(Self.guides.appendingPathComponent(name + ".md"))
            #expect(guide.contains("```yaml\n\(configuration)```"), "\(name).md does not show \(name).yaml")
        }
    }

    @Test func everyGuideInstallsThePackage() throws {
        for name in try Self.names(in: Self.guides, suffix: ".md") {
            let guide = try text(Self.guides.appendingPathComponent(name + ".md"))
            #expect(guide.contains("\nmake deb && sudo apt install ./draftspool_*.deb\n"), "\(name).md")
            #expect(!guide.contains("make install"), "\(name).md")
        }
    }

    /// Members of the group draftspool are people who drop files.
    @Test func theKeyOfServersIsReadableForTheDaemonAlone() throws {
        let guide = try text(Self.guides.appendingPathComponent("vllm-pool.md"))
        let makesTheFile = guide.split(separator: "\n").filter {
            $0.contains("install ") && $0.contains("/etc/draftspool/vllm-key")
        }
        #expect(makesTheFile.count == 1)
        #expect(makesTheFile.first?.contains("install -m 600 -o draftspool ") == true)
    }

    private func text(_ file: URL) throws -> String {
        try String(contentsOf: file, encoding: .utf8)
    }
}
