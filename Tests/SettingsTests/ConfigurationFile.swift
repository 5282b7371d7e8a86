import Foundation
import Testing

@testable import Settings

/// A configuration file of its own, removed with the value.
final class ConfigurationFile: Sendable {
    let path: String

    init(_ text: String) throws {
        path = NSTemporaryDirectory() + "/draftspool-settings-\(UUID().uuidString).yaml"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    deinit {
        unlink(path)
    }

    func load(flags: [String: String] = [:], environment: [String: String] = [:]) async throws -> Settings {
        try await SettingsLoader(file: path, flags: flags, environment: environment).load()
    }

    /// The error that loading gives.
    func failure(
        flags: [String: String] = [:], environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> SettingsError {
        try #require(
            await #expect(throws: SettingsError.self, sourceLocation: sourceLocation) {
                try await load(flags: flags, environment: environment)
            })
    }
}
