import JSON
import TestSupport
import Testing

@testable import Workload

@Suite struct HardCaseTests {
    private let classifier: WorkloadClassifier

    init() throws {
        classifier = try BuiltIn.classifier
    }

    private func label(_ prompt: String) -> Workload {
        classifier.classify(WorkloadRequest(prompt: prompt)).label
    }

    private func label(_ turns: (WorkloadRequest.Turn.Role, String)..., json: Bool = false) -> Workload {
        let turns = turns.map { WorkloadRequest.Turn(role: $0.0, text: $0.1) }
        return classifier.classify(WorkloadRequest(turns: turns, wantsJSON: json)).label
    }

    @Test func aTranslationOfATextWithCode() {
        #expect(
            label(
                """
                Translate the following README into Spanish and leave the commands as they are.

                ## Installation
                ```bash
                pip install tidekit
                tidekit init --port 8080
                ```
                After that, open `config.toml` and set `debug = true`.
                """) == .translation)
    }

    @Test func aStoryAboutAProgrammer() {
        #expect(
            label("Write a story about a programmer who cannot stop debugging in her dreams.") == .creative)
    }

    @Test func jsonOutOfAPoem() {
        let prompt = """
            Extract every color and every animal from this poem and return them as JSON.

            The grey heron stands in silver rain,
            A red fox slips across the lane,
            And over fields of fading gold
            The black crows call against the cold.
            """
        #expect(label(prompt) == .extraction)
        #expect(label((.user, prompt), json: true) == .extraction)
    }

    @Test func aLongLogWithOneQuestionAtTheEnd() {
        var random = SeededGenerator(seed: 11)
        var log = ""
        while log.utf8.count < 100_000 {
            let level = ["INFO", "WARN", "ERROR"].randomElement(using: &random) ?? "INFO"
            log +=
                "2025-03-0\(Int.random(in: 1...9, using: &random)) 12:0\(Int.random(in: 0...9, using: &random)):11 "
            log += "\(level) worker[\(Int.random(in: 100...999, using: &random))]: upstream /api/v2/items "
            log += "returned \([200, 404, 502].randomElement(using: &random) ?? 200)\n"
        }
        let question = "\n\nWhy does the worker fail and how do I fix this error?"
        #expect(label(log + question) == .code)
        #expect(label(log + "\n\nList all timestamps with status 502 as JSON.") == .extraction)
    }

    @Test func anEmptySystemPromptChangesNothing() {
        let prompt = "What is the capital of Mongolia?"
        let plain = classifier.classify(WorkloadRequest(prompt: prompt))
        let system = WorkloadRequest(turns: [
            .init(role: .system, text: ""), .init(role: .user, text: prompt),
        ])
        #expect(classifier.classify(system) == plain)
        #expect(plain.label == .factual)
    }

    @Test func onlyAnImageIsUnclear() {
        let image = WorkloadRequest(turns: [.init(role: .user, text: "", hasNonTextParts: true)])
        expectUnclear(classifier.classify(image))
        #expect(classifier.evidence(for: image, limit: 5).isEmpty)
    }

    @Test func encodedBytesAreUnclear() {
        var random = SeededGenerator(seed: 2)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        let encoded = String((0..<3000).map { _ in alphabet.randomElement(using: &random) ?? "A" })
        expectUnclear(classifier.classify(WorkloadRequest(prompt: encoded)))
    }

    @Test(arguments: ["", " ", "\n\n\t", "\u{202E}\u{200F}", "\u{0}\u{1}\u{1B}", "???", "🙂🙂🙂", "---***---"])
    func nothingToReadIsUnclear(_ prompt: String) {
        expectUnclear(classifier.classify(WorkloadRequest(prompt: prompt)))
    }

    @Test func noTurnsAtAll() {
        expectUnclear(classifier.classify(WorkloadRequest(turns: [])))
    }

    @Test func theSystemPromptCounts() {
        #expect(
            label(
                (.system, "You are a translator. Translate everything the user writes into Dutch."),
                (.user, "The harbor office opens at nine and closes at noon.")) == .translation)
        #expect(
            label(
                (.system, "Extract the customer's name and city and reply with JSON only."),
                (.user, "Hello, this is Ada Brown from Leeds, my kettle leaks.")) == .extraction)
    }

    @Test func theLastUserTurnCountsMost() {
        #expect(
            label(
                (.user, "Translate into French: I am tired."), (.assistant, "Je suis fatigué."),
                (.user, "Now write a Python function that reverses a string.")) == .code)
        #expect(
            label(
                (.user, "Write a Python function that reverses a string."), (.assistant, "```python\nx\n```"),
                (.user, "Write a poem about the sea.")) == .creative)
    }

    @Test func aFollowUpLeansOnWhatCameBefore() {
        #expect(
            label(
                (.user, "Write a short story about a clockmaker."),
                (.assistant, "Old Marten wound the clock."),
                (.user, "Continue.")) == .creative)
    }

    @Test func repliesOfOthersAreNotTheRequest() {
        let request = WorkloadRequest(turns: [
            .init(role: .user, text: "What is the capital of Peru?"),
            .init(role: .assistant, text: "Let me look that up."),
            .init(role: .tool, text: "def main(): return 1"),
        ])
        #expect(classifier.classify(request).label == .factual)
    }

    private func expectUnclear(_ result: Classification, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(result.label == .analysis, sourceLocation: sourceLocation)
        #expect(result.confidence < 0.4, sourceLocation: sourceLocation)
    }
}
