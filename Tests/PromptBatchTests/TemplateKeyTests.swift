import JSON
import PromptBatch
import TestSupport
import Testing

@Suite("Template keys")
struct TemplateKeyTests {
    private func key(_ text: String, system: String? = nil) -> String {
        let turns: [JSON] = system.map { [["role": "system", "content": .string($0)]] } ?? []
        let messages = turns + [["role": "user", "content": .string(text)]]
        return Prompt(
            line: 1, customID: "a", endpoint: .chatCompletions, body: ["messages": .array(messages)]
        ).templateKey
    }

    @Test(
        "prompts made from one template share a key",
        arguments: [
            ("Translate to German: The cat sat.", "Translate to German: It rains in Paris today."),
            ("Summarize the following article:\n\nLong ago", "Summarize the following article:\n\nToday"),
            ("What is 12 + 7?", "What is 345 + 1?"),
            ("Write a tagline for \"Acme Soap\" now", "Write a tagline for \"Blue Tea\" now"),
            ("  explain THIS code.\nint a;", "Explain this code.\nlet b"),
            (
                "Explain what the function does and how fast is x",
                "Explain what the function does and how fast it grows"
            ),
            ("把下面的句子翻译成英文：今天天气很好", "把下面的句子翻译成英文：我喜欢读书"),
        ])
    func same(first: String, second: String) {
        #expect(key(first) == key(second))
    }

    @Test("other templates and other system prompts have other keys")
    func different() {
        let keys = [
            key("Translate to German: x"), key("Translate to French: x"), key("Summarize: x"), key(""),
            key("Summarize: x", system: "You are brief."), key("Summarize: x", system: "You are wordy."),
        ]
        #expect(Set(keys).count == keys.count)
    }

    @Test("is the same in every process, and 16 hexadecimal digits for any text")
    func stable() {
        #expect(key("Summarize the following article:\nx", system: "You are brief.") == "0f34b30f0adfa66a")
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<200 {
            let key = key(RandomJSON.string(using: &generator))
            #expect(key.count == 16 && key.allSatisfy(\.isHexDigit))
        }
    }

    @Test("looks at the opening only, whatever the length")
    func bounded() {
        let long = String(repeating: "word", count: 250_000)
        #expect(key(long + "a") == key(long + "b"))
    }

    @Test("takes the last user turn, and the prompt of a completion")
    func lastTurn() {
        let messages: JSON = [
            ["role": "user", "content": "Hello"], ["role": "assistant", "content": "Hi"],
            ["role": "user", "content": "Summarize: x"], ["role": "assistant", "content": "…"],
        ]
        let chat = Prompt(
            line: 1, customID: "a", endpoint: .chatCompletions, body: ["messages": messages])
        let completion = Prompt(
            line: 1, customID: "a", endpoint: .completions, body: ["prompt": "Summarize: y"])
        #expect(chat.templateKey == key("Summarize: z"))
        #expect(completion.templateKey == key("Summarize: z"))
    }
}
