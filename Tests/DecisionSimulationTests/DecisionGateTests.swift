import DecisionSimulation
import Foundation
import Testing

/// Decisions over drawn engines come to an end, and to nothing absurd: the limits for the hundred engines of
/// `DecisionBenchmark gates` say little of a few. DECISION_ENGINES and DECISION_PROMPTS say how many.
@Suite struct DecisionGateTests {
    private static func number(_ name: String, else usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
    }

    @Test func decisionsAreAsGoodAsTheyWere() async throws {
        let engines = Self.number("DECISION_ENGINES", else: 4)
        var gates = DecisionGates(
            engines: engines, prompts: Self.number("DECISION_PROMPTS", else: 24))
        if engines < 100 { (gates.slowest, gates.beyond) = (3, 1) }
        let verdict = try await gates.verdict()
        #expect(verdict.isGood, "\(verdict)")
    }
}
