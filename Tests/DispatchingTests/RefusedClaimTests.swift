import Foundation
import Spool
import Synchronization
import TestSupport
import Testing

@testable import Daemon
@testable import Intake
@testable import Loops

@Suite struct RefusedClaimTests {
    /// While one file cannot be claimed the status says so, however many others are taken in meanwhile.
    @Test(.timeLimit(.minutes(10)))
    func theTroubleLastsAsLongAsTheFileIsRefused() async throws {
        let isStuck = Mutex(true)
        let site = try await PartsSite(
            disk: AlteredDisk(keeps: { path in
                path.lastComponent?.string == "stuck.jsonl" && isStuck.withLock { $0 }
            }))
        let (events, event) = AsyncStream<IncomingWatcher.Event>.makeStream()
        let taking = Task { await site.parts.intake.run(events: events) }
        try drop("stuck", on: site)
        event.yield(.arrived(FileName("stuck.jsonl")))
        try await waitUntil { site.parts.troubles.has(.intake) }
        for number in 1...20 {
            try drop("other-\(number)", on: site)
            event.yield(.arrived(FileName("other-\(number).jsonl")))
            try await waitUntil {
                #expect(site.parts.troubles.has(.intake))
                return try await site.parts.ledger.openBatches(limit: 100).count == number
            }
        }
        #expect(site.parts.troubles.has(.intake))
        isStuck.withLock { $0 = false }
        event.yield(.rescan)
        try await waitUntil { try await site.parts.ledger.openBatches(limit: 100).count == 21 }
        try await waitUntil { !site.parts.troubles.has(.intake) }
        taking.cancel()
        event.finish()
        await taking.value
    }

    private func drop(_ name: String, on site: PartsSite) throws {
        try Data(#"{"prompt": "Why?"}"#.utf8).write(
            to: URL(fileURLWithPath: site.layout.incoming + "/\(name).jsonl"))
    }
}
