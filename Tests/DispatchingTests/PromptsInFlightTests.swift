import Spool
import TestSupport
import Testing

@testable import Dispatching

@Suite struct PromptsInFlightTests {
    private let start = ContinuousClock.now

    /// Prompts that began at ``start``, each at 10 tokens a second.
    private func running(_ expectedTokens: [Double]) -> PromptsInFlight {
        var running = PromptsInFlight()
        for (line, tokens) in expectedTokens.enumerated() {
            running[PromptKey(batch: 1, line: line)] = PromptInFlight(
                startedAt: start, expectedTokens: tokens, tokensPerSecond: 10)
        }
        return running
    }

    @Test func tokensLeftFallWithTimeButNotToNothing() {
        let running = running([100, 1000])
        #expect(running.tokensLeft(at: start).sorted() == [100, 1000])
        #expect(running.tokensLeft(at: start + .seconds(5)).sorted() == [50, 950])
        #expect(running.tokensLeft(at: start + .seconds(60)).sorted() == [20, 400])
    }

    @Test func theLastPromptIsAloneForMostOfItsTime() {
        func busy(_ running: PromptsInFlight, tokens: Double, waiting: Int, unsent: Int = 0) -> Int {
            let inFlight = running.tokensLeft(at: start).count + unsent + 1
            return running.expectedBusySlots(
                tokens: tokens, inFlight: inFlight, waiting: waiting, atMost: 4, now: start)
        }
        let short = running([30, 30, 30])
        #expect(busy(short, tokens: 1000, waiting: 0) == 1)
        #expect(busy(short, tokens: 30, waiting: 0) == 4)
        #expect(busy(short, tokens: 1000, waiting: 1) == 2)
        #expect(busy(short, tokens: 1000, waiting: 50) == 4)
        #expect(busy(PromptsInFlight(), tokens: 100, waiting: 0, unsent: 2) == 3)
        #expect(busy(PromptsInFlight(), tokens: 0, waiting: 0) == 1)
    }

    @Test(arguments: 0..<40) func itIsBetweenOneAndAllAndGrowsWithWhatWaits(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let lengths = (0..<Int.random(in: 0...7, using: &generator)).map { _ in
            Double.random(in: 1...3000, using: &generator)
        }
        let slots = Int.random(in: 1...8, using: &generator)
        let tokens = Double.random(in: 0...3000, using: &generator)
        var last = 1
        for waiting in 0..<10 {
            let busy = running(lengths).expectedBusySlots(
                tokens: tokens, inFlight: lengths.count + 1, waiting: waiting, atMost: slots, now: start)
            #expect((last...slots).contains(busy))
            last = busy
        }
    }
}
