import JSON

extension OutputLine {
    /// Reads a line of `output.jsonl` or `errors.jsonl`, from this program or from another that writes the shape.
    ///
    /// - Throws: ``RecordError`` when it is no JSON or lacks what every such line has.
    public init(reading bytes: [UInt8]) throws(RecordError) {
        let text: JSONText
        do throws(JSONParseError) {
            // A body as deep as is accepted from an engine lies deeper here.
            text = try JSONText(bytes, limits: JSONLimits(maximumDepth: JSONLimits.greatestDepth))
        } catch {
            throw RecordError(message: "An output line is not valid JSON: \(error).")
        }
        guard case .object = text.value else {
            throw RecordError(message: "An output line is \(text.value.summary), not an object.")
        }
        guard let id = text["id"]?.stringValue else {
            throw RecordError(message: "An output line has no string `id`.")
        }
        let response = try Self.response(text.member("response"))
        self.init(
            id: id, customID: text["custom_id"]?.stringValue, response: response,
            error: Self.failure(text["error"]) ?? Self.failure(text["draftspool"])
                ?? Self.failure(of: response))
    }

    private static func response(_ text: JSONText?) throws(RecordError) -> Response? {
        guard let text, !text.value.isNull else { return nil }
        guard let statusCode = text["status_code"]?.intValue else {
            throw RecordError(message: "The `response` of an output line has no `status_code`.")
        }
        return Response(
            statusCode: statusCode, requestID: text["request_id"]?.stringValue,
            body: text.member("body") ?? JSONText(.null))
    }

    /// An HTTP error that nothing but its response tells of, as OpenAI writes it.
    private static func failure(of response: Response?) -> Failure? {
        guard let response, response.statusCode >= 300 else { return nil }
        return failure(response.body.value)
            ?? Failure(code: "error", message: "HTTP status \(response.statusCode)")
    }

    /// Engines and servers write errors as an object, as an object within `error`, or as bare text.
    private static func failure(_ value: JSON?) -> Failure? {
        guard let value, !value.isNull else { return nil }
        let error = value["error"] ?? value
        let code = error["code"]?.stringValue ?? error["code"]?.intValue.map(String.init)
        return Failure(
            code: code ?? error["type"]?.stringValue ?? "error",
            message: error["message"]?.stringValue ?? error.stringValue ?? error.text,
            remedy: error["remedy"]?.stringValue, line: error["line"]?.intValue,
            field: error["field"]?.stringValue)
    }
}
