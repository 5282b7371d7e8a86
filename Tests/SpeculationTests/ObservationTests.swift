import Speculation
import Testing
import Workload

@Suite struct ObservationTests {
    private func make(
        _ depth: Int, generated: Int, drafted: Int?, accepted: Int?, milliseconds: Double = 1000,
        busySlots: Double = 1, positions: [Int]? = nil
    ) throws -> Observation {
        try Observation(
            traits: Samples.prompt(.code), setting: DraftSetting(depth: depth), busySlots: busySlots,
            generatedTokens: generated, draftedTokens: drafted, acceptedTokens: accepted,
            generationMilliseconds: milliseconds, acceptedPerPosition: positions)
    }

    @Test func figuresFollow() throws {
        let observation = try make(3, generated: 69, drafted: 51, accepted: 51, milliseconds: 102)
        #expect(observation.steps == 17)
        #expect(observation.draftsPerStep == 3)
        #expect(observation.stepMilliseconds == 6)
        let off = try make(0, generated: 101, drafted: 0, accepted: 0)
        #expect(off.steps == 100 && off.draftsPerStep == 0)
    }

    @Test func impossibleFiguresAreRejected() {
        #expect(throws: ObservationError.noSteps(generated: 0, accepted: 0)) {
            try make(0, generated: 0, drafted: 0, accepted: 0)
        }
        for (generated, accepted) in [(1, 0), (10, 9), (10, 10)] {
            #expect(throws: ObservationError.noSteps(generated: generated, accepted: accepted)) {
                try make(3, generated: generated, drafted: 12, accepted: accepted)
            }
        }
        #expect(throws: ObservationError.acceptanceOverOne(drafted: 5, accepted: 6)) {
            try make(3, generated: 20, drafted: 5, accepted: 6)
        }
        #expect(throws: ObservationError.draftsAtDepthZero(drafted: 5)) {
            try make(0, generated: 20, drafted: 5, accepted: 5)
        }
        #expect(throws: ObservationError.negativeCount(name: "drafted", value: -1)) {
            try make(3, generated: 20, drafted: -1, accepted: 0)
        }
        for time in [0, -5, .nan, .infinity, 1e12, 1e-6] {
            #expect(throws: ObservationError.self) {
                try make(0, generated: 20, drafted: 0, accepted: 0, milliseconds: time)
            }
        }
        for slots in [0, -1, .nan, .infinity] {
            #expect(throws: ObservationError.self) {
                try make(0, generated: 20, drafted: 0, accepted: 0, busySlots: slots)
            }
        }
        #expect(throws: ObservationError.absurdPositions([3, 4, 1])) {
            try make(3, generated: 20, drafted: 36, accepted: 8, positions: [3, 4, 1])
        }
    }
}
