import TestSupport
import Testing
import Workload

@testable import Speculation

@Suite struct LaneDrainTests {
    /// With a step time τ(b) = 40 + 10 b ms, b slots yield b/τ(b) tokens a second together.
    private func drain(slots: Int) throws -> LaneDrain {
        var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium", slots: slots))
        for busy in 1...slots {
            for _ in 0..<60 {
                model.learn(
                    try Samples.observation(
                        Samples.prompt(.code), depth: 0, acceptance: 0,
                        stepMilliseconds: 40 + 10 * Double(busy), busySlots: Double(busy)))
            }
        }
        return LaneDrain(
            forecast: model.forecast(Samples.prompt(.code)), setting: .off, slots: slots, model: model)
    }

    @Test func itIsTheTimeLostToIdleSlots() throws {
        let drain = try drain(slots: 2)
        // 100 tokens alone at 1/0.05 instead of 2/0.06 tokens a second.
        let lost = 100 * (0.05 - 0.03)
        #expect(abs(drain.seconds(left: [100]) - lost) < 0.05 * lost)
        #expect(abs(drain.seconds(left: [50, 150]) - lost) < 0.05 * lost)
        #expect(drain.seconds(left: [150, 150]) < 0.05 * lost)
        #expect(drain.seconds(left: []) == 0)
        #expect(try self.drain(slots: 1).seconds(left: [100]) == 0)
    }

    @Test(arguments: 0..<30) func moreLeftInOneSlotNeverCostsLess(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let drain = try drain(slots: 4)
        var left = (0..<Int.random(in: 1...4, using: &generator)).map { _ in generator.uniform(0...500) }
        let before = drain.seconds(left: left)
        let longest = left.indices.max { left[$0] < left[$1] } ?? 0
        left[longest] += generator.uniform(1...500)
        #expect(drain.seconds(left: left) >= before)
        #expect(drain.seconds(left: left.shuffled(using: &generator)) == drain.seconds(left: left))
    }
}
