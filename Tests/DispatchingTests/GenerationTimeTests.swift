import JSON
import Engine
import PromptBatch
import Testing

@testable import Dispatching

@Suite struct GenerationTimeTests {
    private func response(
        tokens: Int, total: Double = 1000, prompt: Double? = nil, generation: Double? = nil
    ) -> GenerationResponse {
        GenerationResponse(
            statusCode: 200, body: JSONText([:]), promptTokens: 10, generatedTokens: tokens,
            promptMilliseconds: prompt, generationMilliseconds: generation, totalMilliseconds: total)
    }

    @Test func whatTheEngineReportsCounts() {
        let time = GenerationTime(response(tokens: 50, generation: 250), readingMilliseconds: 100)
        #expect(time?.milliseconds == 250 && time?.basis == .engine)
        #expect(time?.tokensPerSecond(50) == 200)
    }

    @Test(arguments: [(0.0, 1000.0), (200, 800), (5000, 500)])
    func elseTheTimeToTheAnswerWithoutReading(reading: Double, expected: Double) {
        let time = GenerationTime(response(tokens: 50), readingMilliseconds: reading)
        #expect(time?.milliseconds == expected && time?.basis == .client)
    }

    @Test(arguments: [0, 1])
    func anAnswerOfOneTokenSaysNothingOfGenerating(tokens: Int) {
        #expect(GenerationTime(response(tokens: tokens), readingMilliseconds: 0) == nil)
    }

    @Test func anAnswerOfOneTokenIsAReading() {
        #expect(response(tokens: 1, total: 30).readingMilliseconds == 30)
        #expect(response(tokens: 2, total: 30).readingMilliseconds == nil)
        #expect(response(tokens: 1, total: 30, prompt: 12, generation: 1).readingMilliseconds == 12)
    }
}
