import Foundation
import Speculation
import TestSupport
import Testing
import Workload

@Suite struct LearnedModelCodingTests {
    private func taught() throws -> LearnedModel {
        var generator = SeededGenerator(seed: 21)
        var model = LearnedModel(fingerprint: Samples.engine("Q6_K", slots: 2))
        for index in 0..<60 {
            let workload = Workload.allCases[index % 8]
            model.learn(
                try Samples.observation(
                    Samples.prompt(
                        workload, confidence: 0.7, thinking: index % 5 == 0, template: "t\(index % 9)",
                        batch: "b\(index % 3)"),
                    depth: [0, 1, 3, 5][index % 4], acceptance: generator.uniform(0.1...0.9),
                    stepMilliseconds: generator.uniform(20...60), steps: 50, busySlots: Double(1 + index % 2))
            )
        }
        for seconds in [2, 2.2, 2.1, 9.0] {
            model.learn(
                AnswerTime(
                    traits: Samples.prompt(.code), setting: .off, busySlots: 2, generatedTokens: 100,
                    readTokens: 20, milliseconds: seconds * 1000, isChosen: true))
        }
        model.countRejected()
        model.countGenerated(Samples.prompt(.code), tokens: 900, read: 100)
        model.countGenerated(Samples.prompt(.creative), tokens: 100, read: 100)
        return model
    }

    @Test func roundTripKeepsEveryFigure() throws {
        let model = try taught()
        let read = try LearnedModel(encoded: model.encoded(), expecting: model.fingerprint)
        #expect(read.observationCount == 60 && read.rejectedCount == 1)
        for workload in Workload.allCases {
            for depth in [0, 1, 3, 5] {
                let traits = Samples.prompt(workload, confidence: 0.7, template: "t1", batch: "b1")
                let before = model.predict(traits, DraftSetting(depth: depth), busySlots: 2)
                let after = read.predict(traits, DraftSetting(depth: depth), busySlots: 2)
                #expect(abs(before.tokensPerSecond / after.tokensPerSecond - 1) < 1e-9)
                #expect(abs(before.speedupUncertainty - after.speedupUncertainty) < 1e-9)
            }
        }
        #expect(read.summary.costs.count == model.summary.costs.count)
        let expected = model.expectedTokens(Samples.prompt(.code), prior: 400)
        #expect(expected > 500 && read.expectedTokens(Samples.prompt(.code), prior: 400) == expected)
    }

    @Test func newerDamagedAndForeignStateIsRefused() throws {
        let model = try taught()
        let bytes = try model.encoded()
        let text = String(decoding: bytes, as: UTF8.self)
        let newer = text.replacingOccurrences(of: "\"format\":3", with: "\"format\":7")
        #expect(throws: LearnedModelError.newerVersion(found: 7, supported: 3)) {
            try LearnedModel(encoded: Array(newer.utf8), expecting: model.fingerprint)
        }
        let older = text.replacingOccurrences(of: "\"format\":3", with: "\"format\":1")
        #expect(throws: LearnedModelError.olderVersion(found: 1)) {
            try LearnedModel(encoded: Array(older.utf8), expecting: model.fingerprint)
        }
        let foreign = Samples.engine("Q8_0")
        #expect(throws: LearnedModelError.otherFingerprint(found: model.fingerprint, expected: foreign)) {
            try LearnedModel(encoded: bytes, expecting: foreign)
        }
        for damaged in [
            "", "null", "[]", "{}", "{\"format\":1}", "{\"format\":\"x\"}", String(text.dropLast(40)),
        ] {
            #expect(throws: LearnedModelError.self) {
                try LearnedModel(encoded: Array(damaged.utf8), expecting: model.fingerprint)
            }
        }
    }

    /// Bytes changed at random are refused or still make a model that predicts finite figures; nothing crashes.
    @Test func mutatedStateNeverCrashes() throws {
        var generator = SeededGenerator(seed: 22)
        let model = try taught()
        let bytes = try model.encoded()
        for _ in 0..<60 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<mutated.count, using: &generator)
                mutated[index] =
                    [UInt8](#"0123456789-e.,:{}[]"n"#.utf8).randomElement(using: &generator) ?? 48
            }
            guard let read = try? LearnedModel(encoded: mutated, expecting: model.fingerprint) else {
                continue
            }
            let prediction = read.predict(
                Samples.prompt(.code), DraftSetting(depth: 3), busySlots: 2)
            #expect(prediction.tokensPerSecond > 0 && !prediction.relativeUncertainty.isNaN)
        }
    }

    @Test func keysAreShortStableAndDistinct() {
        let one = Samples.engine("Q8_0")
        #expect(one.key == Samples.engine("Q8_0").key)
        #expect(one.key.count == 16 && one.key.allSatisfy(\.isHexDigit))
        #expect(one.key != Samples.engine("Q8_0", slots: 2).key)
        #expect(one.key != Samples.engine("Q8_0", model: "b").key)
    }
}
