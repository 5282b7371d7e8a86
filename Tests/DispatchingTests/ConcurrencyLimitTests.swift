import TestSupport
import Testing

@testable import Dispatching

@Suite("How many requests a server is sent at once")
struct ConcurrencyLimitTests {
    /// A server that makes `tokensPerSecond(requests)` in all, sent as many as the limit says.
    ///
    /// - Returns: The limits after each answer.
    private func run(
        _ limit: inout ConcurrencyLimit, answers: Int, noise: Double = 0, seed: UInt64 = 1,
        inFlight: (Int) -> Int = { $0 }, tokensPerSecond: (Int) -> Double
    ) -> [Int] {
        var random = SeededGenerator(seed: seed)
        var now = ContinuousClock.now
        return (0..<answers).map { _ in
            let busy = inFlight(limit.current)
            let factor = 1 + (noise > 0 ? Double.random(in: -noise...noise, using: &random) : 0)
            now += .seconds(100 / (tokensPerSecond(busy) * factor))
            limit.noteAnswer(tokens: 100, inFlight: busy, at: now)
            return limit.current
        }
    }

    @Test(
        "It grows while that makes more tokens a second, and stays near where it no longer does",
        arguments: [8, 32, 100])
    func knee(knee: Int) {
        for seed in 1...20 as ClosedRange<UInt64> {
            var limit = ConcurrencyLimit(greatest: 256)
            let limits = run(&limit, answers: 20_000, noise: 0.3, seed: seed) { Double(min($0, knee)) * 10 }
            let late = limits.suffix(10_000)
            let mean = Double(late.reduce(0, +)) / Double(late.count)
            #expect(mean > Double(knee) * 0.6 && mean < Double(knee) * 1.8, "seed \(seed): \(mean)")
        }
    }

    @Test("It is never more than allowed, and gets there where more is always better")
    func bound() {
        var limit = ConcurrencyLimit(greatest: 48)
        let limits = run(&limit, answers: 3000) { Double($0) }
        #expect(limits.max() == 48 && limits.last == 48)
    }

    @Test("Where prompts are too few to reach it, it does not move")
    func idle() {
        var limit = ConcurrencyLimit(greatest: 64)
        let limits = run(&limit, answers: 500, inFlight: { min($0, 2) }) { Double($0) }
        #expect(Set(limits) == [ConcurrencyLimit.first])
    }

    @Test("A refusal brings it below what was refused; later it tries again")
    func refusal() {
        var limit = ConcurrencyLimit(greatest: 64)
        _ = run(&limit, answers: 1000) { Double($0) }
        #expect(limit.current > 40)
        let before = ContinuousClock.now
        limit.noteRefusal(inFlight: 40, sentAt: before, at: .now)
        #expect(limit.current == 30)
        // All that were under way are refused.
        for left in (1...39).reversed() { limit.noteRefusal(inFlight: left, sentAt: before, at: .now) }
        #expect(limit.current == 30)
        limit.noteRefusal(inFlight: 1, sentAt: .now, at: .now)
        #expect(limit.current == 1)
        let limits = run(&limit, answers: 20_000) { Double($0) }
        #expect(limits.max() == 64)
    }
}
