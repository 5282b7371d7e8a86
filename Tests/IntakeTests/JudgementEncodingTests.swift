import Foundation
import PromptBatch
import Speculation
import Testing
import Workload

@testable import Intake

@Suite struct JudgementEncodingTests {
    private func judgement(_ generator: inout SystemRandomNumberGenerator) -> Judgement {
        let probabilities = Workload.allCases.map { _ in Double.random(in: 0...1, using: &generator) }
        let traits = PromptTraits(
            distribution: WorkloadDistribution(probabilities: probabilities), thinking: .random(),
            temperature: Bool.random() ? nil : .random(in: 0...2), constrained: .random(),
            maximumTokens: Bool.random() ? nil : .random(in: 0...100_000),
            template: Bool.random() ? nil : "a1b2c3d4e5f60718", batch: Bool.random() ? nil : "20261123-1-2")
        let sources: [Judgement.Source] = [.classifier, .override, .rule("nightly \u{00FC}")]
        return Judgement(
            traits: traits, source: sources[.random(in: 0..<3)],
            depthOverride: Bool.random() ? nil : .random(in: 0...16),
            modelName: Bool.random() ? nil : "gpt-4o",
            prefix: Bool.random() ? nil : PrefixKey(value: .random(in: 0 ... .max)))
    }

    @Test func aJudgementIsReadAsItWasWritten() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let judgement = judgement(&generator)
            #expect(Judgement(encoded: judgement.encoded) == judgement)
            #expect(Judgement.prefix(inEncoded: judgement.encoded) == judgement.prefix)
        }
    }

    @Test func aPrefixIsFoundInNothingElse() {
        #expect(Judgement.prefix(inEncoded: []) == nil)
        #expect(Judgement.prefix(inEncoded: [UInt8](repeating: 0xFF, count: 200)) == nil)
    }

    @Test func whatEarlierVersionsWroteIsRead() throws {
        var generator = SystemRandomNumberGenerator()
        let judgement = judgement(&generator)
        #expect(Judgement(encoded: [UInt8](try JSONEncoder().encode(judgement))) == judgement)
    }

    @Test func damagedBytesCountAsAnUnclearPrompt() {
        var generator = SystemRandomNumberGenerator()
        let whole = judgement(&generator).encoded
        for length in 0..<whole.count { _ = PromptJudge.decode(Array(whole.prefix(length))) }
        #expect(PromptJudge.decode([]).traits.distribution == .uniform)
        #expect(PromptJudge.decode([7, 7, 7]).traits.distribution == .uniform)
    }
}
