import EngineSimulation
import Testing

@Suite("How simulated prompts behave")
struct PromptBehaviourTests {
    private let count = 4000

    private func behaviours(_ group: String) throws -> [PromptBehaviour] {
        let group = try #require(Samples.prompts().groups[group])
        return (0..<count).map { index in
            var random = RandomStream(seed: 5, UInt64(index))
            return group.behaviour(random: &random)
        }
    }

    @Test("Acceptances scatter around the group's, whose mean they keep")
    func scatter() throws {
        let acceptances = try behaviours("scattered").map { $0.acceptance[0] }
        let mean = acceptances.reduce(0, +) / Double(count)
        #expect(abs(mean - 0.7) < 0.01)
        // Φ(√1.64 · Φ⁻¹(0.7)) is the middle one.
        #expect(abs(acceptances.sorted()[count / 2] - 0.749) < 0.015)
        #expect(try Set(behaviours("even").map(\.acceptance)).count == 1)
    }

    @Test("Lengths are log-normal around the group's median")
    func lengths() throws {
        let lengths = try behaviours("scattered").map { Double($0.answerTokens) }.sorted()
        #expect(abs(lengths[count / 2] / 200 - 1) < 0.03)
        // One deviation below and above.
        #expect(abs(lengths[count * 16 / 100] / (200 * 0.6083) - 1) < 0.05)
        #expect(abs(lengths[count * 84 / 100] / (200 * 1.644) - 1) < 0.05)
    }

    @Test("A template shifts acceptances and lengths")
    func template() throws {
        let group = try #require(Samples.prompts().groups["scattered"])
        var (one, two) = (RandomStream(seed: 5), RandomStream(seed: 5))
        let plain = group.behaviour(random: &one)
        let shifted = group.behaviour(shiftedBy: 0.5, longerBy: 3, random: &two)
        #expect(shifted.acceptance[0] > plain.acceptance[0])
        #expect(abs(shifted.answerTokens - 3 * plain.answerTokens) <= 2)
    }

    @Test("Drafts are accepted by position as the group says")
    func positions() throws {
        var engine = try Samples.engine(slots: 1, depth: 3)
        engine.submit(
            try Samples.task(1, group: "even", maximumTokens: 4000, ignoresEnd: true, depth: 3), at: 0)
        let answer = try #require(engine.advanceToNextAnswer().first)
        let steps = Double(answer.generatedTokens - 1 - answer.acceptedTokens)
        let shares = answer.acceptedByPosition.map { Double($0) / steps }
        for (share, expected) in zip(shares, [0.8, 0.56, 0.336]) { #expect(abs(share - expected) < 0.03) }
        #expect(answer.acceptedByPosition.reduce(0, +) == answer.acceptedTokens)
    }

    @Test("p-min makes fewer drafts, of which more are accepted; 1 makes none, and 0 cuts nothing")
    func confidence() throws {
        func shares(pMin: Double) throws -> (drafted: Double, accepted: Double) {
            var engine = try Samples.engine(slots: 1, depth: 3)
            for id in 0..<40 {
                engine.submit(
                    try Samples.task(
                        id, group: "scattered", maximumTokens: 300, ignoresEnd: true, depth: 3, pMin: pMin),
                    at: 0)
            }
            _ = engine.advance(to: .greatestFiniteMagnitude)
            let counters = engine.counters
            let steps = Double(counters.generatedTokens - 40 - counters.acceptedTokens)
            return (
                Double(counters.draftedTokens) / steps,
                Double(counters.acceptedTokens) / Double(max(1, counters.draftedTokens))
            )
        }
        let off = try shares(pMin: 0)
        let half = try shares(pMin: 0.5)
        let most = try shares(pMin: 0.9)
        #expect(off.drafted > 2.9 && half.drafted < off.drafted && most.drafted < half.drafted)
        #expect(half.accepted > off.accepted && most.accepted > half.accepted && most.accepted > 0.9)
        #expect(try shares(pMin: 1).drafted == 0)
    }

    @Test("A first draft is accepted as often with its confidence looked at as without")
    func calibratedConfidence() throws {
        func firstAccepted(pMin: Double) throws -> Double {
            var engine = try Samples.engine(slots: 1, depth: 1)
            engine.submit(
                try Samples.task(
                    3, group: "even", maximumTokens: 4000, ignoresEnd: true, depth: 1, pMin: pMin), at: 0)
            let answer = try #require(engine.advanceToNextAnswer().first)
            return Double(answer.acceptedTokens) / Double(answer.draftedTokens)
        }
        #expect(abs(try firstAccepted(pMin: 1e-12) - firstAccepted(pMin: 0)) < 0.03)
    }
}
