import JSON
import Testing

@testable import Web

@Suite struct BatchWishTests {
    private static let upload = "file-0123456789abcdef01234567"

    private func wish(_ change: (inout JSONObject) -> Void = { _ in }) throws -> BatchWish {
        var body: JSONObject = [
            "input_file_id": .string(Self.upload), "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
        ]
        change(&body)
        return try BatchWish(body)
    }

    @Test func isReadFromTheBody() throws {
        let wish = try wish { $0["metadata"] = ["a": "b"] }
        #expect(wish.inputFile == .upload(Self.upload))
        #expect(wish.endpoint == "/v1/chat/completions")
        #expect(wish.metadata == ["a": "b"])
        #expect(try self.wish { $0["metadata"] = .null }.metadata == nil)
    }

    /// A member, what it is set to, and the code of the error.
    @Test(
        arguments: [
            ("input_file_id", nil, "missing_required_parameter"), ("input_file_id", 1, "invalid_type"),
            ("input_file_id", "../x", nil), ("endpoint", nil, "missing_required_parameter"),
            ("endpoint", "/v1/embeddings", "invalid_value"),
            ("completion_window", nil, "missing_required_parameter"),
            ("completion_window", "soon", "invalid_value"), ("metadata", [], "invalid_type"),
            ("metadata", ["a": 1], nil),
            ("output_expires_after", [:], "unknown_parameter"), ("model", "m", "unknown_parameter"),
        ] as [(String, JSON?, String?)])
    func namesTheParameterThatIsWrong(_ key: String, _ value: JSON?, _ code: String?) {
        let error = #expect(throws: APIError.self) { try wish { $0[key] = value } }
        #expect(error?.param == key)
        #expect(error?.code == code)
        #expect(error?.status == .badRequest)
    }

    @Test func theWindowIsADuration() throws {
        #expect(try wish().window == .seconds(86_400))
        #expect(try wish { $0["completion_window"] = "90m" }.window == .seconds(5400))
    }

    @Test(arguments: ["", "24", "0h", "-1h", "1.5h", "24 h", "2026-11-28T00:00:00Z", "999999999d"])
    func nothingElseIsAWindow(_ text: String) {
        let error = #expect(throws: APIError.self) { try wish { $0["completion_window"] = .string(text) } }
        #expect(error?.param == "completion_window")
        #expect(error?.message.contains("a duration such as") == true)
    }

    @Test func metadataHasLimits() throws {
        func metadata(pairs: Int = 1, key: Int = 1, value: Int = 1) -> JSON {
            .object(
                JSONObject(
                    (0..<pairs).map { number in
                        let name = String("\(number)" + String(repeating: "k", count: key)).prefix(
                            max(key, 2))
                        return (String(name), JSON.string(String(repeating: "v", count: value)))
                    }))
        }
        _ = try wish { $0["metadata"] = metadata(pairs: 16, key: 64, value: 512) }
        for wrong in [metadata(pairs: 17), metadata(key: 65), metadata(value: 513)] {
            #expect(throws: APIError.self) { try wish { $0["metadata"] = wrong } }
        }
    }
}
