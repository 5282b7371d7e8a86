import Foundation
import Settings
import Testing

@testable import Hooks

@Suite struct WebhookSecretTests {
    /// The example of Standard Webhooks' reference implementations.
    private static let example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test func theSignatureIsThatOfStandardWebhooks() throws {
        let secret = try #require(WebhookSecret(Self.example))
        let signature = secret.signature(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330,
            body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test(arguments: [
        "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_c2hvcnQ=", "whsec_" + Data(count: 23).base64EncodedString(),
        "whsec_" + Data(count: 65).base64EncodedString(), "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ])
    func anythingElseIsNone(text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    @Test func aFileHasOneALine() throws {
        let folder = try TestFolder()
        let other = "whsec_" + Data(count: 64).base64EncodedString()
        let file = try folder.write("secrets", "\n  \(Self.example)\r\n\(other)\n\n")
        #expect(try WebhookSecret.read(file).count == 2)
        #expect(try WebhookSecret.read("").isEmpty)
    }

    @Test(arguments: [
        ("\n", "is empty; it holds whsec_ and 24 to 64 bytes in Base64"),
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\ns3cret\n",
            "line 2 is not whsec_ and 24 to 64 bytes in Base64"
        ),
    ])
    func aFileWithSomethingElseIsRefusedWithoutIt(text: String, problem: String) throws {
        let folder = try TestFolder()
        let file = try folder.write("secrets", text)
        let error = #expect(throws: SettingsError.self) { try WebhookSecret.read(file) }
        #expect(error == SettingsError(key: "hooks.secret-file", origin: file, problem: problem))
    }

    @Test func aFileThatIsNotThereIsNamed() {
        let error = #expect(throws: SettingsError.self) { try WebhookSecret.read("/nonexistent/secret") }
        #expect(
            error?.description.hasPrefix("/nonexistent/secret: 'hooks.secret-file': cannot be read") == true)
    }
}
