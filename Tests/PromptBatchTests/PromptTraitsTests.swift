import PromptBatch
import Testing
import Workload

@Suite("What a prompt says of itself")
struct PromptTraitsTests {
    private func prompt(_ members: String) throws -> Prompt {
        try readLine(#"{"prompt":"x",\#(members)}"#)
    }

    @Test("temperature and the smallest token limit")
    func sampling() throws {
        #expect(try prompt(#""temperature":0.7"#).temperature == 0.7)
        #expect(try readLine(#"{"prompt":"x"}"#).temperature == nil)
        #expect(try readLine(#"{"prompt":"x"}"#).maximumTokens == nil)
        #expect(try prompt(#""max_tokens":100"#).maximumTokens == 100)
        #expect(try prompt(#""max_completion_tokens":64,"max_tokens":100"#).maximumTokens == 64)
        #expect(try prompt(#""n_predict":-1"#).maximumTokens == nil)
        #expect(try prompt(#""n_predict":12"#).maximumTokens == 12)
    }

    @Test("answers asked for at once")
    func choices() throws {
        #expect(try readLine(#"{"prompt":"x"}"#).choiceCount == 1)
        #expect(try prompt(#""n":3"#).choiceCount == 3)
        #expect(try prompt(#""n":1000000"#).choiceCount == 128)
    }

    @Test(
        "constraints by every name",
        arguments: [
            (#""response_format":{"type":"json_object"}"#, true),
            (#""response_format":{"type":"json_schema"}"#, true),
            (#""response_format":{"type":"text"}"#, false), (#""grammar":"root ::= x""#, true),
            (#""grammar":"""#, false),
            (#""grammar":null"#, false), (#""json_schema":{}"#, true), (#""guided_regex":"a+""#, true),
            (#""guided_choice":["a"]"#, true), (#""structured_outputs":{"json":{}}"#, true),
            (#""top_k":1"#, false),
        ])
    func constrained(member: String, expected: Bool) throws {
        let prompt = try prompt(member)
        #expect(prompt.constrained == expected)
        #expect(prompt.request.wantsJSON == expected)
    }

    @Test(
        "thinking by every switch",
        arguments: [
            (#""top_k":1"#, false), (#""chat_template_kwargs":{"enable_thinking":true}"#, true),
            (#""chat_template_kwargs":{"enable_thinking":false}"#, false),
            (#""chat_template_kwargs":{"thinking":true}"#, true),
            (#""enable_thinking":true"#, true), (#""reasoning_effort":"high""#, true),
            (#""reasoning_effort":"none""#, false),
            (#""reasoning":{"effort":"low"}"#, true), (#""thinking":{"type":"enabled"}"#, true),
            (#""thinking":{"type":"disabled"}"#, false),
            (#""chat_template_kwargs":{"reasoning_effort":"medium"}"#, true),
            (#""system":"Answer well. /think""#, true), (#""system":"/think or /no_think""#, false),
            (#""system":"/no_think","enable_thinking":true"#, false),
            (#""system":"/think","enable_thinking":false"#, false), (#""system":"see /thinking""#, false),
        ])
    func thinking(member: String, expected: Bool) throws {
        let prompt = try prompt(member)
        #expect(prompt.thinking == expected)
        #expect(prompt.request.thinking == expected)
    }

    @Test("the last typed switch holds")
    func lastSwitch() throws {
        let text = #"""
            {"messages":[{"role":"system","content":"/no_think"},{"role":"user","content":"x /think"},
            {"role":"assistant","content":"/no_think"},{"role":"user","content":"y"}]}
            """#
        #expect(try readLine(text).thinking)
    }

    @Test("the request has all turns with their roles, texts and other parts")
    func request() throws {
        let text = #"""
            {"messages":[{"role":"developer","content":"S"},{"role":"user","content":[{"type":"text","text":"a"},
            {"type":"image_url","image_url":{"url":"data:"}},{"type":"text","text":"b"}]},
            {"role":"assistant","content":null},{"role":"function","content":"4"},{"role":"ipython","content":"z"}],
            "tools":[{"type":"function"}]}
            """#
        let request = try readLine(text).request
        #expect(request.turns.map(\.role) == [.system, .user, .assistant, .tool, .other])
        #expect(request.turns.map(\.text) == ["S", "a\nb", "", "4", "z"])
        #expect(request.turns.map(\.hasNonTextParts) == [false, true, false, false, false])
        #expect(request.hasTools && !request.wantsJSON && !request.thinking)
        #expect(try !prompt(#""tools":[]"#).request.hasTools)
    }

    @Test("a completion is one user turn")
    func completion() throws {
        let request = try readLine(#"{"body":{"prompt":"Once"}}"#).request
        #expect(request.turns == [.init(role: .user, text: "Once")])
    }

    @Test("metadata members that are text are there for rules")
    func metadata() throws {
        #expect(try prompt(#""metadata":{"team":"a","n":1}"#).metadata == ["team": "a"])
        #expect(try prompt(#""metadata":"x""#).metadata == [:])
    }
}
