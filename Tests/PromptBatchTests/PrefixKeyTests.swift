import JSON
import PromptBatch
import Testing

@Suite("Beginnings that prompts share")
struct PrefixKeyTests {
    private let long = String(repeating: "You are a careful assistant of the harbour office. ", count: 40)
    private let other = String(repeating: "You are a careful assistant of the harbour police. ", count: 40)

    private func key(_ body: JSON) -> PrefixKey? {
        Prompt(line: 1, customID: "a", endpoint: .chatCompletions, body: body).prefixKey
    }

    private func chat(_ turns: [(String, String)], model: String? = nil) -> PrefixKey? {
        let messages = turns.map { ["role": .string($0.0), "content": .string($0.1)] as JSON }
        return key(["messages": .array(messages), "model": model.map { .string($0) } ?? .null])
    }

    @Test("A system prompt and examples are shared, whatever is asked")
    func shared() {
        let examples = [("system", "Be brief."), ("user", long), ("assistant", "Yes.")]
        #expect(chat([("system", long), ("user", "a")]) == chat([("system", long), ("user", "b")]))
        #expect(chat(examples + [("user", "a")]) == chat(examples + [("user", "b")]))
        #expect(chat([("system", long), ("user", "a")]) != nil)
    }

    @Test("Other words, another model or other tools begin otherwise")
    func different() {
        let base = chat([("system", long), ("user", "a")])
        #expect(base != chat([("system", other), ("user", "a")]))
        #expect(base != chat([("system", long), ("user", "a")], model: "other"))
        #expect(base != chat([("user", long), ("user", "a")]))
    }

    @Test("Without a long lead the first words count, and short ones not at all")
    func leading() {
        #expect(chat([("system", "Be brief."), ("user", "What is 1 + 1?")]) == nil)
        #expect(chat([("user", long + "One.")]) == chat([("user", long + "Two.")]))
        #expect(chat([("user", long + "One.")]) != nil)
        #expect(chat([("user", long)]) != chat([("user", other)]))
        #expect(key(["prompt": .string(long + "One.")]) == key(["prompt": .string(long + "Two.")]))
        #expect(key(["prompt": "short"]) == nil && key([:]) == nil && key(["messages": []]) == nil)
        #expect(key(["prompt": .string(long), "messages": []]) == nil)
    }
}
