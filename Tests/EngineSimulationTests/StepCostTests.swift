import JSON
import EngineSimulation
import Foundation
import PromptBatch
import Testing

@Suite("What a simulated step costs")
struct StepCostTests {
    private func equal(_ drafts: Int, slots: Int) -> [SlotDrafts] {
        Array(repeating: SlotDrafts(verified: drafts), count: slots)
    }

    @Test("Every place of every profile's table comes out exactly")
    func tables() throws {
        for file in try ProfileFileTests.profileFiles() {
            let bytes = try Samples.publishedFile(file)
            let profile = try EngineProfile(parsing: bytes)
            let places = try #require(JSON.parse(bytes)["step"]?["places"]?.arrayValue)
            for place in places {
                let drafts = try #require(place["drafts"]?.intValue)
                let slots = try #require(place["slots"]?.intValue)
                let milliseconds = try #require(place["milliseconds"]?.doubleValue)
                #expect(
                    profile.stepMilliseconds(
                        equal(drafts, slots: slots), readTokens: 0, prompts: 0, isDrafting: drafts > 0)
                        == milliseconds, "\(file), \(drafts) drafts, \(slots) slots")
            }
        }
    }

    @Test("Between places drafts and slots are interpolated linearly")
    func interpolation() throws {
        let costs = try Samples.profile().step
        #expect(costs.milliseconds(equal(1, slots: 1)) == 13)
        #expect(costs.milliseconds(equal(0, slots: 2)) == 12)
        #expect(abs(costs.milliseconds(equal(3, slots: 3)) - 33) < 1e-9)
        #expect(costs.milliseconds([]) == 0)
    }

    @Test("Unequal drafts cost the mean's time, the passes beyond the mean, and the uneven batch")
    func unequalDrafts() throws {
        let costs = try Samples.profile().step
        let mean = costs.milliseconds([SlotDrafts(verified: 1), SlotDrafts(verified: 1)])
        let unequal = costs.milliseconds([SlotDrafts(verified: 2), SlotDrafts(verified: 0)])
        #expect(abs(unequal - (mean + 0.5 * 1 + 2)) < 1e-9)
        let dropped = costs.milliseconds([SlotDrafts(verified: 1, passes: 2)])
        #expect(abs(dropped - (costs.milliseconds(equal(1, slots: 1)) + 0.5)) < 1e-9)
    }

    @Test("Reading costs by prompt, chunk and token, and more with a drafting head")
    func reading() throws {
        let profile = try Samples.profile()
        func milliseconds(_ tokens: Int, isDrafting: Bool = false) -> Double {
            profile.stepMilliseconds([], readTokens: tokens, prompts: 1, isDrafting: isDrafting)
        }
        #expect(milliseconds(64) == 3 + 5 + 32)
        #expect(milliseconds(65) == 3 + 10 + 32.5)
        #expect(abs(milliseconds(64, isDrafting: true) - (40 + 6.4)) < 1e-9)
        let besides = profile.stepMilliseconds(
            equal(0, slots: 1), readTokens: 64, prompts: 1, isDrafting: false)
        #expect(besides == 10 + 40)
    }

    @Test("Drift has the deviation asked for, goes on for an engine started later, and depends on the seed")
    func drift() throws {
        let disturbance = try Samples.profile {
            $0.replacing(
                #""disturbance": {}"#, with: #""disturbance": {"drift_deviation": 0.1, "drift_seconds": 60}"#)
        }.disturbance
        let logarithms = (0..<20_000).map {
            log(disturbance.drift(atMilliseconds: Double($0) * 1000, seed: 3))
        }
        let mean = logarithms.reduce(0, +) / 20_000
        let variance = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        #expect(abs(mean) < 0.005 && abs(variance.squareRoot() - 0.1) < 0.005)
        #expect(
            disturbance.drift(atMilliseconds: 5e4, seed: 3) != disturbance.drift(atMilliseconds: 5e4, seed: 4)
        )
        #expect(Disturbance.none.drift(atMilliseconds: 5e4, seed: 3) == 1)
    }
}
