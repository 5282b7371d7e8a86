import Foundation
import Loops
import Testing

@testable import Dispatching

@Suite("When the queue looks at the ledger")
struct LedgerLooksTests {
    /// A clock that stands still.
    private struct StoppedTime: TimeSource {
        let now = ContinuousClock.now

        func sleep(for duration: Duration) async throws {}
        func sleep(until date: Date) async throws {}
    }

    @Test func aLookFindsAllUntilThereIsMore() {
        var looks = LedgerLooks(pauseAfterTrouble: .seconds(3600), time: MachineTime())
        #expect(looks.isDue, "nobody has looked yet")
        looks.noteNewcomer()
        looks.begin()
        #expect(!looks.isDue && looks.newcomers == 0)
        #expect(looks.next < .now + LedgerLooks.interval + .seconds(1))
        looks.noteMore()
        #expect(looks.isDue)
    }

    @Test func whatCouldNotBeReadIsReadAgainAfterAPause() {
        let time = StoppedTime()
        var looks = LedgerLooks(pauseAfterTrouble: .seconds(3600), time: time)
        looks.readAgainLater()
        #expect(!looks.isDue && looks.next == time.now + .seconds(3600))
        let isTooEarly = !looks.readAgainIfDue()
        #expect(isTooEarly && !looks.isDue)
        looks.begin()
        looks.readAgainNow()
        #expect(looks.isDue)

        var impatient = LedgerLooks(pauseAfterTrouble: .zero, time: time)
        impatient.readAgainLater()
        let answers = [impatient.readAgainIfDue(), impatient.readAgainIfDue()]
        #expect(answers == [true, false])
        #expect(impatient.isDue)
    }

    @Test func littleIsReadAheadOfEachOfManyGroups() {
        let limits = QueueLimits()
        #expect(limits.promptsToRead(ofEach: 1) == limits.readAhead)
        #expect(limits.promptsToRead(ofEach: 256) * 256 <= limits.mostReadAhead)
        #expect(limits.promptsToRead(ofEach: .max) > 0)
        #expect(QueueLimits(activeBatches: 1).mostNewcomers == 1)
    }
}
