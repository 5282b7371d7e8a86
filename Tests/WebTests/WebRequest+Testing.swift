import HTTPTypes

@testable import Web

extension WebRequest {
    /// A request without a body.
    init(_ target: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:]) throws(APIError) {
        try self.init(
            HTTPRequest(method: method, scheme: nil, authority: nil, path: target, headerFields: headers))
    }
}
