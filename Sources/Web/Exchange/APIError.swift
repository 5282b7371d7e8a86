import Glibc
import HTTPTypes
import JSON
import Spool

/// Why a request is refused, in the shape of OpenAI's errors.
struct APIError: Error, Sendable {
    let status: HTTPResponse.Status
    /// What is wrong and what would be right.
    let message: String
    let type: String
    /// The parameter that is wrong.
    var param: String?
    /// A stable machine code.
    var code: String?
    /// What HTTP says beside it.
    var headers: HTTPFields = [:]

    private static let invalidRequest = "invalid_request_error"
    private static let serverError = "server_error"

    static func invalid(_ message: String, param: String? = nil, code: String? = nil) -> APIError {
        APIError(status: .badRequest, message: message, type: invalidRequest, param: param, code: code)
    }

    static func notFound(_ message: String, param: String? = nil, code: String? = nil) -> APIError {
        APIError(status: .notFound, message: message, type: invalidRequest, param: param, code: code)
    }

    /// How a client is to give the token.
    enum AuthenticationScheme: String {
        case bearer = "Bearer"
        case basic = "Basic realm=\"Draftspool\", charset=\"UTF-8\""
    }

    static func unauthorized(
        _ message: String, code: String? = nil, scheme: AuthenticationScheme = .bearer
    ) -> APIError {
        APIError(
            status: .unauthorized, message: message, type: invalidRequest, code: code,
            headers: [.wwwAuthenticate: scheme.rawValue])
    }

    static func forbidden(_ message: String, param: String? = nil) -> APIError {
        APIError(status: .forbidden, message: message, type: invalidRequest, param: param)
    }

    /// - Parameter allowed: the methods that are.
    static func methodNotAllowed(_ message: String, allowed: [HTTPRequest.Method]) -> APIError {
        APIError(
            status: .methodNotAllowed, message: message, type: invalidRequest, code: "method_not_allowed",
            headers: [.allow: allowed.map(\.rawValue).joined(separator: ", ")])
    }

    static func tooLarge(_ message: String) -> APIError {
        APIError(status: .contentTooLarge, message: message, type: invalidRequest, code: "body_too_large")
    }

    static func unavailable(_ message: String) -> APIError {
        APIError(status: .serviceUnavailable, message: message, type: serverError)
    }

    /// What failed here, of which the journal has more than is told.
    static let internalError = APIError(
        status: .internalServerError, message: "The server had an error; its journal says more.",
        type: serverError)

    /// What the disk or the ledger refused, without the paths of this machine.
    init(_ error: SpoolError) {
        let isFull = error.code == ENOSPC || error.code == EDQUOT
        status =
            isFull
            ? HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
            : error.isTemporary ? .serviceUnavailable : .internalServerError
        message = "The disk refused it: \(error.reason); \(error.remedy)."
        type = Self.serverError
        code = isFull ? "disk_full" : nil
    }

    private init(
        status: HTTPResponse.Status, message: String, type: String, param: String? = nil,
        code: String? = nil, headers: HTTPFields = [:]
    ) {
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.headers = headers
    }

    var response: WebResponse {
        var response = WebResponse.json(
            [
                "error": [
                    "message": .string(message), "type": .string(type), "param": JSON(param),
                    "code": JSON(code),
                ]
            ], status: status)
        response.headers.append(contentsOf: headers)
        return response
    }
}
