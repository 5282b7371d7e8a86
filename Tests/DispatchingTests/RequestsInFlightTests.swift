import Foundation
import Spool
import TestSupport
import Testing

@testable import Dispatching

@Suite("Requests that are under way", .timeLimit(.minutes(10)))
struct RequestsInFlightTests {
    private let key = PromptKey(batch: 1, line: 1)

    /// Whoever aborts what is overdue may have looked a moment before it was under way.
    @Test func oneWhoseDeadlineHasPassedIsAborted() async {
        let requests = RequestsInFlight()
        let wasCancelled = await requests.run(key, until: .distantPast) { () async throws(Never) -> Bool in
            try? await waitForCancellation()
            return Task.isCancelled
        }
        #expect(wasCancelled)
        #expect(requests.count == 0)
    }

    @Test(arguments: [nil, Date.distantFuture]) func oneThatHasTimeIsNot(deadline: Date?) async {
        let requests = RequestsInFlight()
        let wasCancelled = await requests.run(key, until: deadline) { () async throws(Never) -> Bool in
            Task.isCancelled
        }
        #expect(!wasCancelled)
    }
}
