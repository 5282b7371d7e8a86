extension OutputLine {
    /// Reads a line of `output.jsonl` or `errors.jsonl`, from this program or from another that writes the shape.
    ///
    /// - Throws: ``RecordError`` when it is no JSON or lacks what every such line has.
    public init(reading bytes: [UInt8]) throws(RecordError) {
        let value: JSON
        do throws(JSONParseError) {
            value = try JSON.parse(bytes)
        } catch {
            throw RecordError(message: "An output line is not valid JSON: \(error).")
        }
        guard case .object = value else {
            throw RecordError(message: "An output line is \(value.summary), not an object.")
        }
        guard let id = value["id"]?.stringValue else {
            throw RecordError(message: "An output line has no string `id`.")
        }
        self.init(
            id: id, customID: value["custom_id"]?.stringValue, response: try Self.response(value["response"]),
            error: Self.failure(value["error"]))
    }

    private static func response(_ value: JSON?) throws(RecordError) -> Response? {
        guard let value, !value.isNull else { return nil }
        guard let statusCode = value["status_code"]?.intValue else {
            throw RecordError(message: "The `response` of an output line has no `status_code`.")
        }
        return Response(
            statusCode: statusCode, requestID: value["request_id"]?.stringValue, body: value["body"] ?? .null)
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
