import TestSupport
import Testing

@testable import Calibration

struct OccupancyTests {
    private typealias Span = SlotOccupancy.Span

    @Test func oneSlotIsAlwaysFull() {
        let shares = SlotOccupancy.shares(of: [Span(start: 0, generationStart: 5, end: 9)], slots: 1)
        #expect(shares == [SlotOccupancy.Share(busySlots: 1, full: 1)])
    }

    @Test func theEndOfAGroupIsNotFull() {
        let shares = SlotOccupancy.shares(
            of: [
                Span(start: 0, generationStart: 0, end: 10), Span(start: 0, generationStart: 0, end: 4),
            ], slots: 2)
        #expect(shares[0] == SlotOccupancy.Share(busySlots: 1.4, full: 0.4))
        #expect(shares[1] == SlotOccupancy.Share(busySlots: 2, full: 1))
    }

    @Test func sharesStayWithinTheSlots() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let slots = Int.random(in: 2...6, using: &generator)
            var free = Array(repeating: 0.0, count: slots)
            var spans: [Span] = []
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                let slot = free.indices.min { free[$0] < free[$1] } ?? 0
                let start = free[slot]
                let prompt = Double.random(in: 0...5, using: &generator)
                let end = start + prompt + Double.random(in: 0.1...50, using: &generator)
                spans.append(Span(start: start, generationStart: start + prompt, end: end))
                free[slot] = end
            }
            for share in SlotOccupancy.shares(of: spans, slots: slots) {
                #expect(share.busySlots >= 1 && share.busySlots <= Double(slots) + 1e-9)
                #expect(share.full >= 0 && share.full <= 1 + 1e-9)
            }
        }
    }

    @Test func speedIsOfAllSlotsWhileAllAreBusy() throws {
        let key = Samples.key(.off)
        let full = Samples.measurement(
            key, [Samples.request(milliseconds: 2000), Samples.request(milliseconds: 2000)])
        #expect(full.tokensPerSecond(slots: 2) == 100)
        #expect(full.tokensPerSecond(slots: 1) == 50)
        let withTail = Samples.measurement(
            key,
            [
                Samples.request(milliseconds: 2000),
                Samples.request(generated: 400, milliseconds: 1000, fullShare: 0),
            ])
        #expect(withTail.tokensPerSecond(slots: 2) == 100)
        #expect(Samples.measurement(key, []).tokensPerSecond(slots: 1) == nil)
        let never = Samples.measurement(key, [Samples.request(milliseconds: 1000, fullShare: 0)])
        #expect(never.tokensPerSecond(slots: 4) == 100)
    }
}
