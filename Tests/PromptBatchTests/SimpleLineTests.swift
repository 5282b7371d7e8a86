import PromptBatch
import Testing
import Workload

@Suite("Simple JSON lines")
struct SimpleLineTests {
    @Test("makes a conversation of prompt and system, keeping the other fields and their order")
    func promptAndSystem() throws {
        let prompt = try readLine(
            #"{"id":"q1","temperature":0.20,"prompt":"Why?","system":"Be brief.","max_tokens":16,"x":[1.0]}"#)
        #expect(
            prompt.body.text == #"{"temperature":0.20,"messages":[{"role":"system","content":"Be brief."},"#
                + #"{"role":"user","content":"Why?"}],"max_tokens":16,"x":[1.0]}"#)
        #expect(prompt.customID == "q1" && prompt.hasExplicitID && prompt.endpoint == .chatCompletions)
    }

    @Test("takes messages as they are, and puts system in front")
    func messages() throws {
        let plain = try readLine(
            #"{"messages":[{"role":"user","content":"x"}],"draftspool":{"workload":"code"}}"#)
        #expect(plain.body.text == #"{"messages":[{"role":"user","content":"x"}]}"#)
        #expect(plain.workloadOverride == .code)
        let system = try readLine(#"{"system":"S","messages":[{"role":"user","content":"x"}]}"#)
        #expect(system.body["messages"]?[0]?["content"] == "S")
        #expect(system.body["messages"]?[1]?["content"] == "x")
    }

    @Test("takes a whole number or custom_id as id, and the line number for none")
    func ids() throws {
        #expect(try readLine(#"{"id":7,"prompt":"x"}"#).customID == "7")
        #expect(try readLine(#"{"custom_id":"c","prompt":"x"}"#).customID == "c")
        #expect(try readLine(#"{"prompt":"x"}"#, line: 9).customID == "line-9")
    }

    @Test("fields that are null count as absent")
    func nulls() throws {
        let prompt = try readLine(
            #"{"id":null,"prompt":"x","messages":null,"system":null,"temperature":null,"draftspool":null}"#)
        #expect(prompt.body.text == #"{"messages":[{"role":"user","content":"x"}],"temperature":null}"#)
        #expect(prompt.temperature == nil && !prompt.hasExplicitID)
    }

    @Test(
        "refuses fields that exclude each other",
        arguments: [
            #"{"prompt":"x","messages":[{"role":"user","content":"x"}]}"#,
            #"{"id":"a","custom_id":"b","prompt":"x"}"#,
            #"{"system":"s","messages":[{"role":"system","content":"t"},{"role":"user","content":"x"}]}"#,
        ])
    func conflicts(text: String) {
        _ = problem(.conflictingFields) { () throws(PromptProblem) in try readLine(text) }
    }

    @Test(
        "refuses a line without a prompt",
        arguments: [
            #"{}"#, #"{"id":"a"}"#, #"{"prompt":null}"#, #"{"prompt":""}"#, #"{"prompt":" \t"}"#,
            #"{"messages":[]}"#,
        ])
    func missing(text: String) {
        let found = problem(.missingPrompt) { () throws(PromptProblem) in try readLine(text, line: 5) }
        #expect(found?.line == 5)
    }

    @Test(
        "refuses what is no JSON object",
        arguments: [
            "hello", "[1]", "\"text\"", "17", "{", #"{"prompt":"x"} {"prompt":"y"}"#,
            #"{"prompt":"a","prompt":"b"}"#,
        ])
    func notJSON(text: String) {
        let found = problem(.invalidJSON) { () throws(PromptProblem) in try readLine(text, line: 2) }
        #expect(found?.line == 2)
    }

    @Test("refuses bytes that are not UTF-8 and lines beyond the limit")
    func bytes() {
        let invalid = problem(.invalidUTF8) { () throws(PromptProblem) in
            try PromptParser().parseLine(Array(#"{"prompt":""#.utf8) + [0xE9] + Array(#""}"#.utf8), line: 1)
        }
        #expect(invalid?.message.contains("byte 12") == true)
        let limits = PromptParser.Limits(maximumLineBytes: 40)
        #expect(throws: Never.self) {
            try readLine(#"{"prompt":"123456789012345678901234567"}"# + "\r\n", limits: limits)
        }
        _ = problem(.lineTooLong) { () throws(PromptProblem) in
            try readLine(#"{"prompt":"123456789012345678901234567890"}"#, limits: limits)
        }
    }

    @Test("knows blank lines")
    func blank() {
        for text in ["", " ", "\t \r\n", "\u{FEFF}", "\u{FEFF} \r\n"] {
            #expect(PromptParser.isBlank(Array(text.utf8)))
        }
        #expect(!PromptParser.isBlank(Array(" x".utf8)))
    }
}
