import Foundation
import Testing

/// `draftspool calibrate` beside a daemon.
@Suite(.serialized) struct CalibrationTests {
    @Test func theStateOfARunningDaemonIsNotWrittenTo() async throws {
        let site = try TestSite()
        try await site.start()
        let daemon = try #require(site.daemon?.processIdentifier)
        // Another spool does not make it another state directory.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: TestPaths.program("draftspool"))
        process.arguments = [
            "calibrate", "--config", site.configFile, "--spool", site.root + "/other", "--output",
            site.root + "/out",
        ]
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(
            text.contains("a daemon (process \(daemon)) works with the state directory \(site.root)/state"))
        #expect(text.contains("--no-learn"))
        #expect(!FileManager.default.fileExists(atPath: site.root + "/out"))
    }
}
