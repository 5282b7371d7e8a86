import Engine
import Foundation
import Logging
import Speculation

/// The real llama-server and the demo model that the integration tests run.
struct EngineUnderTest {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static let repositoryRoot = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// `$LLAMA_SERVER`, else `.engine/llama-server` of the repository, else the first on `PATH`.
    static func server() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["LLAMA_SERVER"], !named.isEmpty { return named }
        let folders =
            [repositoryRoot.appending(path: ".engine").path]
            + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let found = folders.map { "\($0)/llama-server" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        guard let found else {
            throw Missing(
                description: "no llama-server to test with; run scripts/get-engine, or set LLAMA_SERVER")
        }
        return found
    }

    static let model = repositoryRoot.appending(path: "Models/demo/demo-mtp-f16.gguf").path

    /// How long an engine may take for anything: that is the machine's affair.
    static let patience: Duration = .seconds(600)

    static let logger = Logger(label: "EngineTests") { _ in SwiftLogNoOpLogHandler() }

    /// A configuration with a runtime directory of its own, which `body` may use and which is removed
    /// afterwards.
    static func withConfiguration<Result>(
        slots: Int = 1, _ body: (LlamaServerConfiguration) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { directory in
            try await body(
                LlamaServerConfiguration(
                    server: try server(), model: model, slots: slots, contextTokens: 512,
                    runtimeDirectory: directory, extraArguments: ["-t", "1"], startTimeout: patience,
                    stopTimeout: .seconds(5)))
        }
    }

    static func chat(_ prompt: String, maximumTokens: Int = 24) -> GenerationRequest {
        let body = """
            {"messages": [{"role": "user", "content": "\(prompt)"}], "max_tokens": \(maximumTokens), \
            "temperature": 0}
            """
        return GenerationRequest(path: "/v1/chat/completions", body: Array(body.utf8), timeout: patience)
    }
}

/// Hands `body` a new directory with a short path, and removes it afterwards.
func withTemporaryDirectory<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let directory = "/tmp/engine-tests-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(directory)
}

/// Writes an executable shell script and returns its path.
func writeScript(_ text: String, in directory: String, name: String = "wrapper") throws -> String {
    let path = "\(directory)/\(name)"
    try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(filePath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
}
