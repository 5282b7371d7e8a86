import Foundation
import PromptBatch
import Settings
import Speculation
import TestSupport
import Testing

@testable import Dispatching
@testable import Intake

@Suite struct BatchEstimatorTests {
    private func settings(_ flags: [String: String] = [:]) async throws -> Settings {
        try await SettingsLoader(
            file: nil, flags: ["engine.model": "/nowhere.gguf"].merging(flags) { $1 }, environment: [:]
        ).load()
    }

    private func groups(_ lines: [String]) throws -> PromptGroups {
        var groups = PromptGroups(judge: try PromptJudge(rules: []))
        for (number, line) in lines.enumerated() {
            groups.add(try PromptParser().parseLine(Array(line.utf8), line: number + 1))
        }
        return groups
    }

    @Test func promptsAreCountedByGroups() throws {
        let line = #"{"prompt": "Why?", "draftspool": {"workload": "math"}}"#
        let other = #"{"prompt": "Why?", "draftspool": {"workload": "math", "priority": 1}}"#
        let groups = try groups([line, line, other])
        #expect(groups.prompts == 3)
        #expect(groups.waiting.map(\.waiting) == [2, 1])
        #expect(groups.waiting.allSatisfy { $0.expectedTokensEach == 400 })
    }

    /// The planner takes a group's limit for that of all its prompts.
    @Test func limitsOfAnotherSizeAreToldApart() throws {
        let groups = try groups(
            [10, 12, 300, 2000].map {
                #"{"prompt": "Why?", "max_tokens": \#($0), "draftspool": {"workload": "math"}}"#
            })
        #expect(groups.waiting.map(\.waiting).sorted() == [1, 1, 2])
        #expect(groups.waiting.map(\.expectedTokensEach).sorted() == [11, 300, 400])
    }

    /// A prompt that asks for several answers takes the tokens of all of them, and may have so many times its limit.
    @Test func severalAnswersCountTogether() throws {
        let groups = try groups([
            #"{"prompt": "Why?", "n": 3, "max_tokens": 10, "draftspool": {"workload": "math"}}"#,
            #"{"prompt": "Why?", "n": 3, "draftspool": {"workload": "code"}}"#,
        ])
        let waiting = groups.waiting
        #expect(waiting.map(\.expectedTokensEach) == [1200, 30])
        #expect(waiting.map(\.judgement.traits.maximumTokens) == [nil, 30])
    }

    @Test func anEngineThatCannotBeLookedAtIsSaidToBeGuessed() async throws {
        let settings = try await settings()
        let estimator = await BatchEstimator.load(settings: settings, quantization: "Q4_K_M")
        let estimate = estimator.estimate(
            try groups([
                #"{"prompt": "Why?", "max_tokens": 50, "draftspool": {"workload": "math"}}"#,
                #"{"prompt": "Why?", "draftspool": {"workload": "code", "depth": 0}}"#,
            ]))
        #expect(!estimate.isMeasured && estimate.impossible == 0)
        #expect(
            estimate.notes.count == 1 && estimate.notes[0].contains("since the engine cannot be looked at"))
        #expect(estimate.rows.map(\.workload) == [.code, .math])
        #expect(estimate.rows.map(\.prompts) == [1, 1] && estimate.tokens.value == 450)
        #expect(estimate.rows[0].settings == [.off])
        #expect(
            estimate.seconds.low < estimate.seconds.value && estimate.seconds.value < estimate.seconds.high)
        let certain = await BatchEstimator.load(settings: settings, within: .seconds(60))
        #expect(certain == nil)
    }

    /// They fail; the estimate is of the others.
    @Test func promptsThatNoEngineCanRunAreCounted() async throws {
        try await HTTPEndpoint.run { server in
            let settings = try await SettingsLoader(
                file: nil,
                flags: ["engine.endpoint": "http://127.0.0.1:\(server.port)", "engine.depth": "3"],
                environment: [:]
            ).load()
            let estimator = await BatchEstimator.load(settings: settings)
            let estimate = estimator.estimate(
                try groups(
                    [3, 0, 0].map {
                        #"{"prompt": "Why?", "draftspool": {"workload": "math", "depth": \#($0)}}"#
                    }))
            #expect(estimate.prompts == 3 && estimate.impossible == 2)
            #expect(estimate.rows.map(\.prompts) == [1])
        }
    }
}
