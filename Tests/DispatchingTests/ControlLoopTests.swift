import Foundation
import PromptBatch
import TestSupport
import Testing

@testable import Control
@testable import Daemon
@testable import Publishing
@testable import Spool

@Suite struct ControlLoopTests {
    @Test(.timeLimit(.minutes(10)))
    func aRequestThatHasToWaitHoldsUpNoOther() async throws {
        let site = try await PartsSite()
        let busy = try await site.parts.ledger.beginBatch(
            id: "busy", name: "busy.jsonl", inode: 1, format: .simpleJSONL, claimedAt: Date(), closure: .known
        )
        let idle = try await site.submit("idle", prompts: 2)
        let box = ControlBox(layout: site.layout)
        let first = try box.ask(ControlRequest(action: .cancel, batch: busy.id, prompts: ["busy-1"]))
        let second = try box.ask(ControlRequest(action: .cancel, batch: idle.id))
        let recording = Task { await site.parts.recorder.run() }
        let serving = Task { await site.parts.control.run(events: nil) }
        var reply: ControlReply?
        try await waitUntil {
            reply = try box.takeReply(to: second)
            return reply != nil
        }
        #expect(reply?.isDone == true && reply?.prompts == 2)
        #expect(try box.waiting() == [first])
        serving.cancel()
        await serving.value
        await site.parts.recorder.finish()
        await recording.value
    }

    @Test(.timeLimit(.minutes(10)))
    func whatExpiresWhileItIsCancelledIsNoTroubleOfTheLedger() async throws {
        let site = try await PartsSite()
        let batch = try await site.submit("a", prompts: 2)
        let first = try await site.parts.ledger.waitingPrompts(of: batch.sequence, limit: 1)
        let expired = first.map {
            PromptOutcome(
                key: $0.key, isSuccess: false, outputLine: [1], timingLine: nil, answer: nil, isExpired: true)
        }
        let recording = Task { await site.parts.recorder.run() }
        await site.parts.recorder.record(expired, batchID: batch.id)
        #expect(try await site.parts.control.cancellation.end(first, of: batch) == 0)
        #expect(try await site.parts.control.cancellation.finish(batch).prompts == 1)
        await site.parts.recorder.finish()
        await recording.value
    }
}
