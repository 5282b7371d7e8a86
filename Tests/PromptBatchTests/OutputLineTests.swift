import JSON
import PromptBatch
import Testing

@Suite("Output and error lines")
struct OutputLineTests {
    @Test("a good answer keeps the engine's body untouched")
    func answer() throws {
        let body = try JSON.parse(#"{"b":1.0,"a":[1e0],"choices":[{"message":{"content":"é\n"}}]}"#.utf8)
        let line = OutputLine(
            id: OutputLine.id(batchID: "20261123-ab", line: 4), customID: "q",
            response: .init(statusCode: 200, requestID: "chatcmpl-1", body: body), error: nil)
        #expect(
            line.json.text
                == #"{"id":"batch_req_20261123-ab-4","custom_id":"q","response":{"status_code":200,"#
                + #""request_id":"chatcmpl-1","body":{"b":1.0,"a":[1e0],"choices":[{"message":"#
                + #"{"content":"é\n"}}]}},"error":null}"#)
        #expect(try OutputLine(reading: line.serialized()) == line)
    }

    @Test(
        "a line knows the input's line that it is about, unless another program named it",
        arguments: [
            (OutputLine.id(batchID: "20261123-225501-3fa9c1d2", line: 4), 4),
            (OutputLine.id(batchID: "b", line: 0), nil), ("batch_req_123", nil), ("x-4", nil), ("", nil),
            ("batch_req_b-", nil), ("batch_req_b-99999999999999999999", nil),
        ] as [(String, Int?)])
    func inputLine(_ id: String, _ expected: Int?) {
        #expect(OutputLine(id: id, customID: "q", response: nil, error: nil).inputLine == expected)
    }

    @Test("the body's own bytes stand in the line and come out of it, though no other would write them so")
    func spliced() throws {
        let text = #"{ "a":1.0, "a" : [1e0,"\u00e9\ud800"] }"#
        let line = OutputLine(
            id: "x", customID: "q",
            response: .init(statusCode: 200, requestID: nil, body: try JSONText(Array("\(text)\n".utf8))),
            error: nil
        )
        let bytes = line.serialized()
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"id":"x","custom_id":"q","response":{"status_code":200,"request_id":null,"body":"#
                + text
                + #"},"error":null}"#)
        #expect(try OutputLine(reading: bytes).response?.body.bytes == Array(text.utf8))
    }

    @Test("a body as deep as is accepted can be read back")
    func deep() throws {
        let nested = String(repeating: "[", count: 128) + String(repeating: "]", count: 128)
        let line = OutputLine(
            id: "x", customID: "q",
            response: .init(statusCode: 200, requestID: nil, body: try JSONText(Array(nested.utf8))),
            error: nil)
        #expect(try OutputLine(reading: line.serialized()) == line)
    }

    @Test("an unreadable input line has its number and remedy")
    func unreadable() throws {
        let problem = PromptProblem(
            .wrongType, "`temperature` is …", remedy: "Give …", line: 9, customID: nil, field: "temperature")
        let line = OutputLine(problem: problem, batchID: "b")
        #expect(
            line.json.text
                == #"{"id":"batch_req_b-9","custom_id":null,"response":null,"error":{"code":"wrong_type","#
                + #""message":"`temperature` is …","remedy":"Give …","line":9,"field":"temperature"}}"#)
        #expect(try OutputLine(reading: line.serialized()) == line)
    }

    @Test("after an HTTP error the shape is OpenAI's, with our reason beside it")
    func refusal() throws {
        let line = OutputLine(
            id: "batch_req_b-2", customID: "q",
            response: .init(statusCode: 400, requestID: "r", body: ["error": ["message": "too long"]]),
            error: .init(code: "engine_refused", message: "m", remedy: "Mend it.", line: 2))
        #expect(
            String(decoding: line.serialized(), as: UTF8.self)
                == #"{"id":"batch_req_b-2","custom_id":"q","response":{"status_code":400,"request_id":"r","#
                + #""body":{"error":{"message":"too long"}}},"error":null,"draftspool":{"code":"#
                + #""engine_refused","message":"m","remedy":"Mend it.","line":2}}"#)
        #expect(try OutputLine(reading: line.serialized()) == line)
    }

    @Test("reads an HTTP error that says nothing but its response, and what earlier versions wrote")
    func refusalsOfOthers() throws {
        let response =
            #""response":{"status_code":429,"request_id":"r","body":{"error":{"code":"c","message":"m"}}}"#
        let foreign = try OutputLine(
            reading: Array(#"{"id":"x","custom_id":"a",\#(response),"error":null}"#.utf8))
        #expect(foreign.error?.code == "c" && foreign.error?.message == "m")
        let earlier = try OutputLine(
            reading: Array(
                #"{"id":"x","custom_id":"a",\#(response),"error":{"code":"engine_refused","message":"n"}}"#
                    .utf8))
        #expect(earlier.error?.code == "engine_refused" && earlier.response?.statusCode == 429)
    }

    @Test(
        "reads the error shapes of other programs",
        arguments: [
            (#""error":"went wrong""#, "error", "went wrong"),
            (#""error":{"error":{"code":400,"message":"bad","type":"t"}}"#, "400", "bad"),
            (#""error":{"type":"server_error","message":"m"}"#, "server_error", "m"),
            (#""error":{}"#, "error", "{}"),
        ])
    func foreignErrors(member: String, code: String, message: String) throws {
        let line = try OutputLine(
            reading: Array(#"{"id":"x","custom_id":"a","response":null,\#(member)}"#.utf8))
        #expect(line.error?.code == code && line.error?.message == message)
    }

    @Test(
        "refuses what is no output line",
        arguments: [
            "", "[]", "{}", #"{"id":1}"#, #"{"id":"a","response":{}}"#, #"{"id":"a","response":3}"#,
        ])
    func refuses(text: String) {
        #expect(throws: RecordError.self) { try OutputLine(reading: Array(text.utf8)) }
    }
}
