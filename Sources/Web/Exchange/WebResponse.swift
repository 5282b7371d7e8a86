import HTTPTypes
import JSON
import Spool

/// What a request is answered with.
struct WebResponse: Sendable {
    enum Body: Sendable {
        case bytes([UInt8])
        /// As it is now, in pieces.
        case file(InputFile)
        /// As they come.
        case events(PageEvents)
    }

    var status: HTTPResponse.Status
    var headers: HTTPFields
    let body: Body

    static func json(_ value: JSON, status: HTTPResponse.Status = .ok) -> WebResponse {
        WebResponse(
            status: status, headers: [.contentType: "application/json"],
            body: .bytes(value.serialized() + [UInt8(ascii: "\n")]))
    }

    /// A part of a list.
    ///
    /// - Parameters:
    ///   - entries: one more than the page has, if there are more.
    ///   - limit: how many the page has at most.
    static func page(_ entries: [(id: String, json: JSON)], limit: Int) -> WebResponse {
        let page = entries.prefix(limit)
        return .json([
            "object": "list", "data": .array(page.map(\.json)), "first_id": JSON(page.first?.id),
            "last_id": JSON(page.last?.id), "has_more": .bool(entries.count > limit),
        ])
    }

    static func file(_ file: InputFile) -> WebResponse {
        WebResponse(
            status: .ok,
            headers: [.contentType: "application/octet-stream", .xContentTypeOptions: "nosniff"],
            body: .file(file))
    }

    /// The body's length, bytes; nil where that is not known before its end.
    var length: Int? {
        switch body {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.size
        case .events: nil
        }
    }

    /// The status line and headers, with the length.
    var head: HTTPResponse {
        var headers = headers
        headers[.contentLength] = length.map(String.init)
        return HTTPResponse(status: status, headerFields: headers)
    }
}
