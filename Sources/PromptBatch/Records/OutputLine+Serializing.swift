import JSON

extension OutputLine {
    /// The line as a JSON object; `response` and `error` are `null` when absent, as the Batch API has them. The reason
    /// of a failure that has a response stands in `draftspool`, in the place of `error`.
    public var json: JSON {
        var object: JSONObject = [
            "id": .string(id), "custom_id": JSON(customID), "response": response?.json ?? .null,
            "error": errorMember,
        ]
        object["draftspool"] = draftspoolMember
        return .object(object)
    }

    /// The line as UTF-8 without a line end. The response's body is in it as it was received.
    public func serialized() -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity((response?.body.bytes.count ?? 0) + 512)
        line.append(contentsOf: #"{"id":"#.utf8)
        JSON.string(id).append(to: &line)
        line.append(contentsOf: #","custom_id":"#.utf8)
        JSON(customID).append(to: &line)
        line.append(contentsOf: #","response":"#.utf8)
        if let response { response.append(to: &line) } else { line.append(contentsOf: "null".utf8) }
        line.append(contentsOf: #","error":"#.utf8)
        errorMember.append(to: &line)
        if let draftspoolMember {
            line.append(contentsOf: #","draftspool":"#.utf8)
            draftspoolMember.append(to: &line)
        }
        line.append(UInt8(ascii: "}"))
        return line
    }

    private var errorMember: JSON { response == nil ? error?.json ?? .null : .null }

    private var draftspoolMember: JSON? { response == nil ? nil : error?.json }
}

extension OutputLine.Response {
    fileprivate var json: JSON {
        ["status_code": JSON(statusCode), "request_id": JSON(requestID), "body": body.value]
    }

    fileprivate func append(to line: inout [UInt8]) {
        line.append(contentsOf: #"{"status_code":"#.utf8)
        JSON(statusCode).append(to: &line)
        line.append(contentsOf: #","request_id":"#.utf8)
        JSON(requestID).append(to: &line)
        line.append(contentsOf: #","body":"#.utf8)
        line.append(contentsOf: body.bytes)
        line.append(UInt8(ascii: "}"))
    }
}

extension OutputLine.Failure {
    fileprivate var json: JSON {
        var object: JSONObject = ["code": .string(code), "message": .string(message)]
        object["remedy"] = remedy.map(JSON.string)
        object["line"] = line.map { JSON($0) }
        object["field"] = field.map(JSON.string)
        return .object(object)
    }
}
