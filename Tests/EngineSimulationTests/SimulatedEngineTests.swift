import EngineSimulation
import Testing

@Suite("A simulated engine with slots")
struct SimulatedEngineTests {
    /// The sample's reading of 20 tokens.
    private let reading = 3.0 + 5 + 10

    @Test("Without drafts an answer takes its prompt and a step a token after the first")
    func plainAnswer() throws {
        var engine = try Samples.engine(slots: 1, depth: 0)
        engine.submit(try Samples.task(1, group: "even", maximumTokens: 11), at: 1000)
        let answer = try #require(engine.advanceToNextAnswer().first)
        #expect(answer.promptMilliseconds == reading && answer.generationMilliseconds == 100)
        #expect(answer.time == 1000 + reading + 100 && answer.generatedTokens == 11 && answer.isCut)
        #expect(answer.draftedTokens == 0 && answer.acceptedTokens == 0 && engine.isIdle)
    }

    @Test("Drafts that are all accepted make a step as many tokens, and none beyond the limit")
    func acceptedDrafts() throws {
        var engine = try Samples.engine(slots: 1, depth: 3)
        engine.submit(try Samples.task(1, group: "sure", maximumTokens: 11, depth: 3), at: 0)
        let answer = try #require(engine.advanceToNextAnswer().first)
        // 1 from the prompt, then 4, 4 and 2.
        #expect(answer.draftedTokens == 7 && answer.acceptedTokens == 7)
        #expect(answer.acceptedByPosition == [3, 2, 2])
        #expect(abs(answer.generationMilliseconds - (19 + 19 + 13)) < 1e-9)
        #expect(engine.counters.acceptedByPosition == [3, 2, 2])
    }

    @Test("An answer that ends by itself is no longer than its prompt's length, and is not cut")
    func ownEnd() throws {
        var engine = try Samples.engine(slots: 2, depth: 0)
        engine.submit(try Samples.task(1, group: "even", maximumTokens: 51), at: 0)
        engine.submit(try Samples.task(2, group: "even", maximumTokens: 49), at: 0)
        let answers = engine.advance(to: 1e6).sorted { $0.id < $1.id }
        #expect(answers.map(\.generatedTokens) == [50, 49] && answers.map(\.isCut) == [false, true])
    }

    @Test("A request that comes during a step joins the next, and reads in it while the other generates")
    func joining() throws {
        var engine = try Samples.engine(slots: 4, depth: 0)
        engine.submit(try Samples.task(1, group: "even", maximumTokens: 4), at: 0)
        #expect(engine.advance(to: reading + 1).isEmpty)
        engine.submit(try Samples.task(2, group: "even", maximumTokens: 2), at: reading + 1)
        let answers = engine.advance(to: 1e6)
        // Steps: reading, one token, one token with the second prompt, then both.
        let secondReading = reading + 10
        let last = secondReading + 10 + reading + 12
        #expect(answers.map(\.id) == [1, 2] && answers.allSatisfy { abs($0.time - last) < 1e-9 })
        #expect(abs(answers[1].promptMilliseconds - (10 + reading)) < 1e-9)
    }

    @Test("Prompts longer than a step's tokens are read in several steps, in which others generate")
    func longPrompt() throws {
        var engine = try Samples.engine(slots: 2, depth: 0)
        engine.submit(try Samples.task(1, group: "even", promptTokens: 300, maximumTokens: 1), at: 0)
        let answer = try #require(engine.advanceToNextAnswer().first)
        // 128 tokens in 2 chunks, twice, and 44 in one.
        #expect(answer.time == 2 * (10 + 64) + 3 + 5 + 22 && engine.counters.steps == 3)
    }

    @Test("Requests wait for a slot in order, or for the one that they name")
    func slots() throws {
        var engine = try Samples.engine(slots: 2, depth: 0)
        for id in 1...3 {
            engine.submit(
                try Samples.task(id, group: "even", maximumTokens: id * 10, slot: id == 3 ? 1 : nil), at: 0)
        }
        #expect(engine.waitingCount == 2)
        _ = engine.advance(to: reading)
        #expect(engine.waitingCount == 1 && engine.progress.map { $0?.task } == [1, 2])
        let answers = engine.advance(to: 1e6)
        #expect(answers.map(\.id) == [1, 2, 3] && answers.map(\.slot) == [0, 1, 1])
    }

    @Test("A cancelled request leaves its slot to another")
    func cancellation() throws {
        var engine = try Samples.engine(slots: 1, depth: 0)
        engine.submit(try Samples.task(1, group: "even", maximumTokens: 1000, ignoresEnd: true), at: 0)
        engine.submit(try Samples.task(2, group: "even", maximumTokens: 2), at: 0)
        engine.cancel(1)
        #expect(engine.advance(to: 1e6).map(\.id) == [2])
    }

    @Test("A copy that ran ahead finds the answer's time, which looking in between does not change")
    func runningAhead() throws {
        let profile = try Samples.profile {
            $0.replacing(
                #""disturbance": {}"#,
                with:
                    #""disturbance": {"step_deviation": 0.1, "stalls_per_minute": 20, "stall_milliseconds": 50}"#
            )
        }
        func run(stop: Double?, seed: UInt64) throws -> [FinishedGeneration] {
            var engine = try Samples.engine(slots: 4, depth: 3, seed: seed, profile: profile)
            for id in 1...9 { engine.submit(try Samples.task(id, group: "scattered", depth: 3), at: 0) }
            var answers: [FinishedGeneration] = []
            if let stop { answers = engine.advance(to: stop) }
            while !engine.isIdle { answers += engine.advanceToNextAnswer() }
            return answers
        }
        let answers = try run(stop: nil, seed: 1)
        #expect(answers.count == 9)
        #expect(try run(stop: 1234.5, seed: 1) == answers)
        #expect(try run(stop: nil, seed: 2).map(\.time) != answers.map(\.time))
        // The prompts' own randomness is not the engine's.
        #expect(
            try run(stop: nil, seed: 2).map(\.generatedTokens).sorted()
                == answers.map(\.generatedTokens).sorted())
    }

    @Test("Noise keeps the mean of steps, and stalls add what they say")
    func noise() throws {
        func milliseconds(_ disturbance: String) throws -> Double {
            let profile = try Samples.profile {
                $0.replacing(#""disturbance": {}"#, with: #""disturbance": {\#(disturbance)}"#)
            }
            var engine = try Samples.engine(slots: 1, depth: 0, profile: profile)
            engine.submit(try Samples.task(1, group: "even", maximumTokens: 4001, ignoresEnd: true), at: 0)
            return try #require(engine.advanceToNextAnswer().first).generationMilliseconds
        }
        #expect(abs(try milliseconds(#""step_deviation": 0.3"#) / 40_000 - 1) < 0.02)
        // 40 s with 60 stalls a minute of 100 ms.
        #expect(abs(try milliseconds(#""stalls_per_minute": 60, "stall_milliseconds": 100"#) - 44_000) < 1500)
    }
}
