import PromptBatch
import Testing
import Workload

@Suite("Types of known fields")
struct FieldTypeTests {
    @Test(
        "names the field, what was found and what is expected",
        arguments: [
            (#""messages":"hello""#, "messages"), (#""messages":{}"#, "messages"),
            (#""messages":["x"]"#, "messages[0]"),
            (#""messages":[{"content":"x"}]"#, "messages[0].role"),
            (#""messages":[{"role":1,"content":"x"}]"#, "messages[0].role"),
            (#""messages":[{"role":"user"}]"#, "messages[0].content"),
            (#""messages":[{"role":"user","content":7}]"#, "messages[0].content"),
            (#""messages":[{"role":"user","content":null}]"#, "messages[0].content"),
            (#""messages":[{"role":"user","content":["x"]}]"#, "messages[0].content[0]"),
            (#""messages":[{"role":"user","content":[{"type":"text"}]}]"#, "messages[0].content[0].text"),
            (#""prompt":["a","b"]"#, "prompt"), (#""prompt":5"#, "prompt"),
            (#""prompt":"x","system":1"#, "system"),
            (#""prompt":"x","id":"""#, "id"), (#""prompt":"x","id":1.5"#, "id"),
            (#""prompt":"x","id":{}"#, "id"),
            (#""prompt":"x","temperature":"hot""#, "temperature"),
            (#""prompt":"x","temperature":-1"#, "temperature"),
            (#""prompt":"x","top_p":2"#, "top_p"), (#""prompt":"x","min_p":-0.1"#, "min_p"),
            (#""prompt":"x","top_k":0.5"#, "top_k"), (#""prompt":"x","seed":"1""#, "seed"),
            (#""prompt":"x","max_tokens":-1"#, "max_tokens"), (#""prompt":"x","max_tokens":0"#, "max_tokens"),
            (#""prompt":"x","max_tokens":"10""#, "max_tokens"),
            (#""prompt":"x","max_tokens":1.5"#, "max_tokens"),
            (#""prompt":"x","max_completion_tokens":0"#, "max_completion_tokens"),
            (#""prompt":"x","n_predict":-2"#, "n_predict"), (#""prompt":"x","stop":[1]"#, "stop"),
            (#""prompt":"x","n":0"#, "n"), (#""prompt":"x","model":1"#, "model"),
            (#""prompt":"x","tools":{}"#, "tools"),
            (#""prompt":"x","response_format":"json""#, "response_format"),
            (#""prompt":"x","chat_template_kwargs":[]"#, "chat_template_kwargs"),
            (#""prompt":"x","logit_bias":1"#, "logit_bias"), (#""prompt":"x","grammar":{}"#, "grammar"),
            (#""prompt":"x","stream":1"#, "stream"), (#""prompt":"x","draftspool":3"#, "draftspool"),
            (#""prompt":"x","draftspool":{"depth":17}"#, "draftspool.depth"),
            (#""prompt":"x","draftspool":{"depth":-1}"#, "draftspool.depth"),
            (#""prompt":"x","draftspool":{"depth":2.5}"#, "draftspool.depth"),
            (#""prompt":"x","draftspool":{"depth":"3"}"#, "draftspool.depth"),
            (#""prompt":"x","draftspool":{"priority":"high"}"#, "draftspool.priority"),
            (#""prompt":"x","draftspool":{"workload":"Code"}"#, "draftspool.workload"),
        ])
    func wrongType(members: String, field: String) {
        let found = problem(.wrongType) { () throws(PromptProblem) in try readLine("{\(members)}") }
        #expect(found?.field == field)
        #expect(found?.message.contains("`\(field)`") == true)
    }

    @Test(
        "within a batch line, fields are named by their path",
        arguments: [
            (#""body":[]"#, "body"), (#""body":{"prompt":"x","temperature":"hot"}"#, "body.temperature"),
            (#""body":{"messages":[{"role":"user","content":3}]}"#, "body.messages[0].content"),
            (#""body":{"prompt":["a"]}"#, "body.prompt"), (#""url":3,"body":{"prompt":"x"}"#, "url"),
            (#""method":1,"body":{"prompt":"x"}"#, "method"),
            (#""custom_id":[],"body":{"prompt":"x"}"#, "custom_id"),
        ])
    func wrongTypeInBatchLine(members: String, field: String) {
        let found = problem(.wrongType) { () throws(PromptProblem) in try readLine("{\(members)}") }
        #expect(found?.field == field)
    }

    @Test("an unknown workload lists the eight")
    func listsWorkloads() {
        let found = problem(.wrongType) { () throws(PromptProblem) in
            try readLine(#"{"id":"w","prompt":"x","draftspool":{"workload":"poetry"}}"#)
        }
        #expect(Workload.allCases.allSatisfy { found?.remedy.contains("\"\($0.rawValue)\"") == true })
        #expect(found?.customID == "w")
    }

    @Test(
        "lets pass what engines accept",
        arguments: [
            #""temperature":0"#, #""temperature":1.5e0"#, #""n_predict":-1"#, #""max_tokens":1"#,
            #""stop":"x""#,
            #""stop":["x","y"]"#, #""logit_bias":[[1,false]]"#, #""logit_bias":{"1":-100}"#, #""seed":-1"#,
            #""json_schema":{}"#, #""unknown":{"anything":[1]}"#, #""top_k":40.0"#,
        ])
    func accepts(member: String) throws {
        #expect(throws: Never.self) { try readLine(#"{"prompt":"x",\#(member)}"#) }
    }

    @Test("lets pass the messages of tool use and content parts")
    func acceptsMessages() {
        let text = #"""
            {"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{}}]},
            {"role":"assistant","content":null,"tool_calls":[{}]},{"role":"assistant","tool_calls":[]},
            {"role":"tool","tool_call_id":"1","content":"4"},{"role":"ipython","content":""}]}
            """#
        #expect(throws: Never.self) { try readLine(text) }
    }
}
