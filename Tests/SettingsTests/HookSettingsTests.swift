import Testing

@testable import Settings

@Suite struct HookSettingsTests {
    private func hooks(_ line: String) async throws -> HookSettings {
        try await ConfigurationFile("hooks: {\(line)}").load().hooks
    }

    @Test func nobodyIsToldUnlessSomebodyIsNamed() async throws {
        let hooks = try await ConfigurationFile("").load().hooks
        #expect(hooks.batchFinished == nil)
        #expect(hooks.secretFile.isEmpty)
        #expect(hooks.timeout == .seconds(30))
        #expect(hooks.giveUpAfter == .seconds(3 * 86_400))
    }

    @Test func aPathIsAProgramAndAnAddressAWebhook() async throws {
        #expect(
            try await hooks("batch-finished: /usr/local/bin/tell").batchFinished
                == .program("/usr/local/bin/tell"))
        for address in ["https://example.org/hook?key=1", "http://127.0.0.1:8080/"] {
            #expect(try await hooks("batch-finished: \"\(address)\"").batchFinished == .webhook(address))
        }
    }

    @Test(arguments: ["tell.sh", "./tell.sh", "ftp://s3cret", "HTTPS://s3cret", "https//s3cret"])
    func anythingElseIsRefusedWithoutItsValue(written: String) async throws {
        let error = try await ConfigurationFile("hooks: {batch-finished: \"\(written)\"}").failure()
        #expect(error.key == "hooks.batch-finished")
        #expect(
            error.problem == "takes the path of a program from / on, or begins with https:// or http://")
    }

    @Test func aSecretIsForWebhooks() async throws {
        let secret = "secret-file: /etc/draftspool/secret"
        #expect(
            try await hooks("batch-finished: \"https://example.org\", \(secret)").secretFile
                == "/etc/draftspool/secret")
        let error = try await ConfigurationFile("hooks: {batch-finished: /bin/true, \(secret)}").failure()
        #expect(error.key == "hooks.secret-file")
    }

    @Test func aRelativeSecretIsLookedUpAmongTheCredentials() async throws {
        let file = try ConfigurationFile("hooks: {batch-finished: \"https://e.org\", secret-file: webhook}")
        let settings = try await file.load(environment: ["CREDENTIALS_DIRECTORY": "/run/credentials/d"])
        #expect(settings.hooks.secretFile == "/run/credentials/d/webhook")
    }

    /// A program that is told of a batch may call `draftspool`.
    @Test func whatAProgramIsToldIsNoSetting() async throws {
        let file = try ConfigurationFile("")
        for variable in HookVariable.allCases {
            _ = try await file.load(environment: [variable.rawValue: "x"])
            #expect(!SettingKey.all.map(\.environmentVariable).contains(variable.rawValue))
        }
    }
}
