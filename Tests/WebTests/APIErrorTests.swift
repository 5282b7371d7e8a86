import Foundation
import JSON
import Spool
import Testing

@testable import Web

@Suite struct APIErrorTests {
    /// A system's error number, the status, and the code.
    @Test(
        arguments: [
            (ENOSPC, 507, "disk_full"), (EDQUOT, 507, "disk_full"), (EIO, 503, nil), (EROFS, 503, nil),
            (EACCES, 500, nil),
        ] as [(Int32, Int, String?)])
    func whatTheDiskRefuses(_ number: Int32, _ status: Int, _ code: String?) {
        let error = APIError(SpoolError(operation: "write", path: "/var/spool/secret", code: number))
        #expect(error.status.code == status)
        #expect(error.code == code)
        #expect(error.type == "server_error")
        #expect(!error.message.contains("/var/spool"))
    }

    @Test func hasOpenAIsShape() throws {
        let response = APIError.invalid("Wrong.", param: "limit").response
        #expect(response.status.code == 400)
        guard case .bytes(let bytes) = response.body else { return }
        let expected: JSON = [
            "error": ["message": "Wrong.", "type": "invalid_request_error", "param": "limit", "code": .null]
        ]
        #expect(try JSON.parse(bytes) == expected)
    }
}
