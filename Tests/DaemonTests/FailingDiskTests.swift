import Foundation
import Spool
import TestSupport
import Testing

/// Errors that no disk here gives on demand, by a library that is preloaded into the real daemon.
@Suite("Failing disks", .serialized)
struct FailingDiskTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let directory: String
        let code: Int32
        var testDescription: String { "\(String(cString: strerror(code))) in \(directory)" }
    }

    static let faults = ["state", "spool/output"].flatMap { directory in
        [EIO, EDQUOT].map { Fault(directory: directory, code: $0) }
    }

    private let ids = (0..<3).map { "p-\($0)" } + (0..<5).map { "late-\($0)" }

    /// Prompts of which five are answered once the site's gate is open.
    private var batch: String {
        FaultyServer.batch(3) + FaultyServer.batch(5, saying: "WAIT", prefix: "late")
    }

    /// A daemon whose disk fails while the second file is there.
    private func failingSite(_ fault: Fault) throws -> (TestSite, trigger: String) {
        let site = try FaultyServer.site(engine: "  slots: 1")
        let failing = site.root + "/" + fault.directory
        let trigger = site.root + "/error"
        try FileManager.default.createDirectory(atPath: failing, withIntermediateDirectories: true)
        site.environment = [
            "LD_PRELOAD": TestPaths.program("libFailingDisk.so"), "FAILING_DISK": failing,
            "FAILING_DISK_ERROR": trigger,
        ]
        return (site, trigger)
    }

    @Test("Work pauses, says why, goes on by itself, and nothing is lost or doubled", arguments: faults)
    func pausesAndGoesOn(_ fault: Fault) async throws {
        let (site, trigger) = try failingSite(fault)
        try await site.start()
        try site.drop("batch.jsonl", batch)
        try await site.wait("three prompts are answered") { site.answeredSoFar == 3 }
        try "\(fault.code)".write(toFile: trigger, atomically: true, encoding: .utf8)
        try site.openGate()
        try await site.wait("the status says that work pauses") {
            guard let status = try? site.status(), status.state == .blocked else { return false }
            return status.message.contains(site.root)
        }
        unlink(trigger)
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ids)
        #expect(output.errors.isEmpty)
        try await site.wait("the status is clear again") { try site.status()?.state == .ready }
    }

    @Test("Results that cannot be followed in active/ are published all the same")
    func followingFails() async throws {
        let (site, trigger) = try failingSite(Fault(directory: "spool/active", code: EIO))
        try await site.start()
        try site.drop("batch.jsonl", batch)
        try await site.wait("three prompts are answered") { site.answeredSoFar == 3 }
        try "\(EIO)".write(toFile: trigger, atomically: true, encoding: .utf8)
        try site.openGate()
        #expect(try await site.output("batch").answeredIDs == ids)
    }
}
