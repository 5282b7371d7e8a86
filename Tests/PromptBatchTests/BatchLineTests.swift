import PromptBatch
import Testing
import Workload

@Suite("OpenAI batch lines")
struct BatchLineTests {
    @Test("passes the body through untouched, without the draftspool member")
    func passesThrough() throws {
        let prompt = try readLine(
            #"{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"top_p":0.90,"#
                + #""messages":[{"role":"user","content":"Hi","x":1e0}],"vendor":{"b":[1.0],"a":null},"#
                + #""draftspool":{"workload":"math","depth":3,"priority":-2},"seed":18446744073709551615e0}}"#,
            line: 7)
        #expect(
            prompt.body.text == #"{"top_p":0.90,"messages":[{"role":"user","content":"Hi","x":1e0}],"#
                + #""vendor":{"b":[1.0],"a":null},"seed":18446744073709551615e0}"#)
        #expect(prompt.line == 7)
        #expect(prompt.customID == "a" && prompt.hasExplicitID)
        #expect(prompt.endpoint == .chatCompletions)
        #expect(prompt.workloadOverride == .math && prompt.depthOverride == 3 && prompt.priority == -2)
    }

    @Test("takes the overrides from the line as well")
    func overridesOnLine() throws {
        let prompt = try readLine(
            #"{"draftspool":{"depth":0},"body":{"messages":[{"role":"user","content":"x"}]}}"#)
        #expect(prompt.depthOverride == 0 && prompt.workloadOverride == nil && prompt.priority == 0)
    }

    @Test("fills in what a line leaves out: id by line, method, url by body")
    func defaults() throws {
        let chat = try readLine(#"{"body":{"messages":[{"role":"user","content":"x"}]}}"#, line: 4)
        #expect(chat.customID == "line-4" && !chat.hasExplicitID && chat.endpoint == .chatCompletions)
        let plain = try readLine(#"{"custom_id":null,"url":null,"body":{"prompt":"Once"}}"#)
        #expect(plain.endpoint == .completions)
        let stated = try readLine(#"{"url":"/v1/completions","body":{"prompt":"Once"}}"#)
        #expect(stated.endpoint == .completions)
    }

    @Test("tolerates a byte order mark, CRLF and a whole number as id")
    func tolerates() throws {
        let text = "\u{FEFF}" + #"{"custom_id":12,"body":{"prompt":"x"}}"# + "\r\n"
        #expect(try readLine(text).customID == "12")
    }

    @Test("refuses other endpoints, methods and streaming")
    func refuses() {
        let url = problem(.unknownURL) { () throws(PromptProblem) in
            try readLine(#"{"custom_id":"e","url":"/v1/embeddings","body":{"prompt":"x"}}"#, line: 3)
        }
        #expect(url?.line == 3 && url?.customID == "e" && url?.field == "url")
        #expect(url?.remedy.contains("/v1/chat/completions") == true)
        for text in ["/chat/completions", "http://h/v1/chat/completions", "/v1/chat/completions/", ""] {
            _ = problem(.unknownURL) { () throws(PromptProblem) in
                try readLine(#"{"url":"\#(text)","body":{"prompt":"x"}}"#)
            }
        }
        _ = problem(.unsupportedMethod) { () throws(PromptProblem) in
            try readLine(#"{"method":"GET","body":{"prompt":"x"}}"#)
        }
        let stream = problem(.streamUnsupported) { () throws(PromptProblem) in
            try readLine(#"{"body":{"prompt":"x","stream":true}}"#)
        }
        #expect(stream?.field == "body.stream")
        #expect(throws: Never.self) { try readLine(#"{"body":{"prompt":"x","stream":false}}"#) }
        #expect(throws: Never.self) { try readLine(#"{"body":{"prompt":"x","stream":null}}"#) }
    }

    @Test(
        "names a missing prompt",
        arguments: [
            (#"{"custom_id":"a","method":"POST","url":"/v1/chat/completions"}"#, "body"),
            (#"{"url":"/v1/chat/completions","body":null}"#, "body"),
            (#"{"url":"/v1/chat/completions","body":{"prompt":"x"}}"#, "body.messages"),
            (#"{"url":"/v1/completions","body":{"messages":[]}}"#, "body.prompt"),
            (#"{"body":{"messages":[]}}"#, "body.messages"),
            (#"{"body":{"messages":null}}"#, "body.messages"),
            (#"{"body":{"prompt":" \n"}}"#, "body.prompt"), (#"{"body":{}}"#, "body.prompt"),
        ])
    func missingPrompt(text: String, field: String) {
        let found = problem(.missingPrompt) { () throws(PromptProblem) in try readLine(text) }
        #expect(found?.field == field)
    }

    @Test("refuses overrides at two places and overrides that mean nothing")
    func refusesOverrides() {
        _ = problem(.conflictingFields) { () throws(PromptProblem) in
            try readLine(#"{"draftspool":{"depth":1},"body":{"prompt":"x","draftspool":{"depth":1}}}"#)
        }
        let unknown = problem(.unknownOverride) { () throws(PromptProblem) in
            try readLine(#"{"body":{"prompt":"x","draftspool":{"dept":1}}}"#)
        }
        #expect(unknown?.field == "draftspool.dept")
    }
}
