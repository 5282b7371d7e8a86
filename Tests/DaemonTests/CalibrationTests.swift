import Foundation
import TestSupport
import Testing

/// `draftspool calibrate` beside a daemon.
@Suite(.serialized) struct CalibrationTests {
    @Test func theStateOfARunningDaemonIsNotWrittenTo() async throws {
        let site = try TestSite(settings: "speculation:\n  probe: false")
        try await site.start()
        let daemon = try #require(site.daemon?.processIdentifier)
        // Another spool does not make it another state directory.
        let run = try await ProgramRun(
            TestPaths.program("draftspool"),
            [
                "calibrate", "--config", site.configFile, "--spool", site.root + "/other", "--output",
                site.root + "/out",
            ])
        #expect(run.status == 1)
        #expect(
            run.diagnostics.contains(
                "a daemon (process \(daemon)) works with the state directory \(site.root)/state"))
        #expect(run.diagnostics.contains("--no-learn"))
        #expect(!FileManager.default.fileExists(atPath: site.root + "/out"))
    }
}
