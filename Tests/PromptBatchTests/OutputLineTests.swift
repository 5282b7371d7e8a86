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
