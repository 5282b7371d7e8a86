import Foundation
import TestSupport
import Testing

@testable import Workload

@Suite struct BadInputTests {
    private let classifier: WorkloadClassifier

    init() throws {
        classifier = try BuiltIn.classifier
    }

    @Test func anyTextHasAProperDistribution() {
        var random = SeededGenerator(seed: 17)
        for _ in 0..<400 {
            let request = Self.anyRequest(&random)
            let result = classifier.classify(request)
            let sum = Workload.allCases.reduce(0) { $0 + result.distribution[$1] }
            #expect(abs(sum - 1) < 1e-9)
            #expect(result.confidence >= 0.125 && result.confidence <= 1)
            #expect(classifier.classify(request) == result)
            #expect(classifier.evidence(for: request, limit: 3).count <= 3)
        }
    }

    @Test func loneSurrogatesInJSONEscapes() throws {
        let lenient = String(decoding: [0xD800, 0x41, 0xDC00] as [UInt16], as: UTF16.self)
        let result = classifier.classify(WorkloadRequest(prompt: lenient + " What is the capital of Chad?"))
        #expect(result.label == .factual)
    }

    @Test func marksOfDirectionDoNotHideTheWords() {
        let plain = "Translate into Hebrew: good morning"
        let marked = "\u{202B}Translate\u{200F} into \u{2067}Hebrew\u{2069}: good\u{200B} morning\u{202C}"
        #expect(classifier.classify(WorkloadRequest(prompt: marked)).label == .translation)
        #expect(Tokenizer(marked).tokens.map(\.hash) == Tokenizer(plain).tokens.map(\.hash))
    }

    @Test func onlyTheEndsOfALongTextAreRead() {
        let filler = String(repeating: "the quick brown fox ", count: 10_000)
        let shape = Tokenizer(filler).shape
        #expect(shape.bytes == Tokenizer.lookBytes)
        #expect(shape.totalBytes == filler.utf8.count)
        var other = filler
        let middle = Self.middle(of: filler)
        other.replaceSubrange(middle, with: filler[middle].replacing("fox", with: "cat"))
        #expect(
            classifier.classify(WorkloadRequest(prompt: other)) == classifier.classify(.init(prompt: filler)))
    }

    @Test func tenMegabytes() {
        let request = WorkloadRequest(prompt: String(repeating: "schön 好 ", count: 800_000))
        #expect(classifier.classify(request).confidence <= 1)
        #expect(Tokenizer(request.turns[0].text).tokens.count < Tokenizer.lookBytes)
    }

    @Test func manyTurns() {
        let turns = (0..<20_000).map {
            WorkloadRequest.Turn(role: $0.isMultiple(of: 2) ? .user : .assistant, text: "ok")
        }
        #expect(classifier.classify(WorkloadRequest(turns: turns)).confidence <= 1)
    }

    @Test func anUnclearRequestHasLowConfidence() {
        for prompt in ["qwrt zzkp vvbn", "x", "a b", "lkjh poiuz"] {
            #expect(classifier.classify(WorkloadRequest(prompt: prompt)).confidence < 0.6, "\(prompt)")
        }
    }

    private static func middle(of text: String) -> Range<String.Index> {
        let start = text.utf8.index(text.startIndex, offsetBy: Tokenizer.headBytes + 100)
        let end = text.utf8.index(text.endIndex, offsetBy: -Tokenizer.tailBytes - 100)
        return start..<end
    }

    private static func anyRequest(_ random: inout SeededGenerator) -> WorkloadRequest {
        let roles = WorkloadRequest.Turn.Role.allCases
        let turns = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            WorkloadRequest.Turn(
                role: roles.randomElement(using: &random) ?? .user, text: anyText(&random),
                hasNonTextParts: Bool.random(using: &random))
        }
        return WorkloadRequest(
            turns: turns, wantsJSON: Bool.random(using: &random), hasTools: Bool.random(using: &random),
            thinking: Bool.random(using: &random))
    }

    /// Random bytes repaired to text, or a mix of scalars from everywhere and pieces of requests.
    private static func anyText(_ random: inout SeededGenerator) -> String {
        let length = Int.random(in: 0...300, using: &random)
        if Bool.random(using: &random) {
            return String(
                decoding: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, as: UTF8.self)
        }
        let pieces = [
            "write ", "```", "\n\n", "？", "\u{0}", "\u{FEFF}", "e\u{301}", "翻译", "١٢٣", "{\"a\":", "\r\n",
        ]
        return (0..<length).map { _ in
            Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)).map(String.init)
                ?? pieces.randomElement(using: &random) ?? ""
        }.joined()
    }
}
