import PromptBatch
import Testing
import Workload

@Suite("Text and Markdown documents")
struct DocumentTests {
    private func userText(_ prompt: Prompt) -> String? {
        prompt.body["messages"]?.arrayValue?.last?["content"]?.stringValue
    }

    @Test("a plain document is one user message, named for the file")
    func plain() throws {
        let prompt = try readDocument(
            "\u{FEFF}\r\n\r\nWrite a haiku.\r\nAbout rain.\r\n\r\n", fileName: "in/my.poem.txt")
        #expect(userText(prompt) == "Write a haiku.\nAbout rain.")
        #expect(prompt.body.objectValue?.keys == ["messages"])
        #expect(prompt.customID == "my.poem" && !prompt.hasExplicitID && prompt.line == 1)
        #expect(userText(try readDocument("a\rb\r\r\nc\r\n")) == "a\rb\r\nc")
        #expect(FileStem(of: ".hidden").text == ".hidden")
        #expect(FileStem(of: "plain").text == "plain")
    }

    @Test("front matter gives the fields of a simple line, and overrides at its top")
    func frontMatter() throws {
        let prompt = try readDocument(
            """
            ---
            id: haiku
            system: |
              You are a poet.
              Be brief.
            temperature: 0.80   # warm
            max_tokens: 64
            stop: [no, "7"]
            seed: 42
            chat_template_kwargs: {enable_thinking: false}
            workload: creative
            depth: 0
            priority: 5
            ---

            Write a haiku.
            """)
        #expect(
            prompt.body.text == #"{"temperature":0.80,"max_tokens":64,"stop":["no","7"],"seed":42,"#
                + #""chat_template_kwargs":{"enable_thinking":false},"messages":[{"role":"system","#
                + #""content":"You are a poet.\nBe brief.\n"},{"role":"user","content":"Write a haiku."}]}"#)
        #expect(prompt.customID == "haiku" && prompt.hasExplicitID)
        #expect(prompt.workloadOverride == .creative && prompt.depthOverride == 0 && prompt.priority == 5)
    }

    @Test("overrides may also stand under draftspool, but not at both places")
    func overrides() throws {
        let prompt = try readDocument("---\ndraftspool:\n  depth: 4\n---\nx")
        #expect(prompt.depthOverride == 4)
        _ = problem(.conflictingFields) { () throws(PromptProblem) in
            try readDocument("---\ndepth: 2\ndraftspool:\n  depth: 4\n---\nx")
        }
    }

    @Test(
        "what only looks like front matter stays text",
        arguments: [
            "---\nnever closed", "---\nJust prose between rules.\n---\nmore", "\n---\ndepth: 1\n---\nx",
            "----\na: 1\n---\nx",
        ])
    func notFrontMatter(text: String) throws {
        let prompt = try readDocument(text)
        #expect(userText(prompt) == text.trimmingPrefix("\n").description)
        #expect(prompt.depthOverride == nil)
    }

    @Test("an empty block is front matter without fields")
    func emptyFrontMatter() throws {
        #expect(userText(try readDocument("---\n---\nx")) == "x")
        #expect(userText(try readDocument("---\n# note\n--- \nx\n---\ny")) == "x\n---\ny")
    }

    @Test(
        "malformed YAML names the line of the document",
        arguments: [
            ("---\nid: a\nsystem: 'open\n---\nx", nil), ("---\nid: a\nb: c: d\n---\nx", 3),
            ("---\na: 1\na: 2\n---\nx", nil),
            ("---\n? [a, b]\n: 1\n---\nx", 2), ("---\na: *none\n---\nx", 2), ("---\n\ta: 1\n---\nx", 2),
        ] as [(String, Int?)])
    func malformed(text: String, line: Int?) {
        let found = problem(.invalidFrontMatter) { () throws(PromptProblem) in try readDocument(text) }
        #expect(found?.line != nil)
        if let line { #expect(found?.line == line) }
    }

    @Test("hostile YAML is refused quickly")
    func hostile() {
        let nested = "a: " + String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
        _ = problem(.invalidFrontMatter) { () throws(PromptProblem) in
            try readDocument("---\n\(nested)\n---\nx")
        }
        let deep = "a: " + String(repeating: "[", count: 30_000)
        _ = problem(.invalidFrontMatter) { () throws(PromptProblem) in
            try readDocument("---\n\(deep)\n---\nx")
        }
        let levels = (1..<30).map { "a\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1)]\n" }.joined()
        let bomb = "a0: &l0 [x]\n\(levels)? *l29\n: 1"
        _ = problem(.invalidFrontMatter) { () throws(PromptProblem) in
            try readDocument("---\n\(bomb)\n---\nx")
        }
        let long = "a: " + String(repeating: "x", count: 70_000)
        _ = problem(.invalidFrontMatter) { () throws(PromptProblem) in
            try readDocument("---\n\(long)\n---\nx")
        }
    }

    @Test("checks fields as for a line, and refuses a second prompt")
    func fields() {
        let type = problem(.wrongType) { () throws(PromptProblem) in
            try readDocument("---\ntemperature: hot\n---\nx")
        }
        #expect(type?.field == "temperature" && type?.line == 1)
        _ = problem(.wrongType) { () throws(PromptProblem) in try readDocument("---\ndepth: 20\n---\nx") }
        _ = problem(.conflictingFields) { () throws(PromptProblem) in
            try readDocument("---\nprompt: y\n---\nx")
        }
        _ = problem(.streamUnsupported) { () throws(PromptProblem) in
            try readDocument("---\nstream: true\n---\nx")
        }
    }

    @Test("refuses documents without text, beyond the limit and not in UTF-8")
    func refuses() {
        for text in ["", " \n\t", "---\nid: a\n---\n \n"] {
            _ = problem(.missingPrompt) { () throws(PromptProblem) in try readDocument(text) }
        }
        _ = problem(.documentTooLong) { () throws(PromptProblem) in
            try PromptParser(limits: .init(maximumDocumentBytes: 3)).parseDocument(
                Array("four".utf8), fileName: "a")
        }
        let invalid = problem(.invalidUTF8) { () throws(PromptProblem) in
            try PromptParser().parseDocument(Array("one\ntwo ".utf8) + [0xFC, 0x0A], fileName: "a.txt")
        }
        #expect(invalid?.line == 2)
    }
}
