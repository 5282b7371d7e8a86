import Foundation
import Settings
import Testing

@testable import Dispatching

/// What a reload needs another engine for, at an endpoint.
@Suite struct EngineNeedsTests {
    private let directory = NSTemporaryDirectory() + "/draftspool-needs-\(UUID().uuidString)"

    private func needs(_ further: [String: String] = [:]) async throws -> EngineNeeds {
        let files = Dictionary(
            uniqueKeysWithValues: ["key", "ca", "certificate", "certificate-key"].map {
                ("engine.endpoint-\($0)-file", directory + "/" + $0)
            })
        let flags = files.merging(["engine.endpoint": "https://h"]) { $1 }.merging(further) { $1 }
        let loader = SettingsLoader(file: directory + "/empty.yaml", flags: flags, environment: [:])
        return try EngineNeeds(await loader.load().engine)
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory + "/" + name), options: .atomic)
    }

    @Test func aReplacedCertificateIsAnotherEngine() async throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try write("empty.yaml", "")
        for name in ["key", "ca", "certificate", "certificate-key"] { try write(name, "first") }
        var known = try await needs()
        #expect(try await needs() == known)
        // The key is read, and so counts by what it says.
        try write("key", "first")
        #expect(try await needs() == known)
        for name in ["key", "ca", "certificate", "certificate-key"] {
            try write(name, "second one")
            let changed = try await needs()
            #expect(changed != known)
            known = changed
        }
        #expect(try await needs(["engine.endpoint-headers": "X-A=1"]) != known)
        #expect(try await needs(["engine.endpoint-requests-per-minute": "60"]) == known)
    }
}
