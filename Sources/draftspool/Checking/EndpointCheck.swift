import Engine
import Foundation
import Settings

/// Whether the configured OpenAI-compatible server answers.
struct EndpointCheck: Sendable {
    let settings: EngineSettings

    func findings() async -> [Finding] {
        guard let endpoint = EngineEndpoint(settings.endpoint) else {
            return [
                .fail(
                    "endpoint", "'\(EngineEndpoint.redacted(settings.endpoint))' is no address",
                    remedy: "set engine.endpoint to a URL, or to unix: and a socket's path")
            ]
        }
        let configuration = OpenAIEngineConfiguration(
            endpoint: endpoint, bearerToken: bearerToken, slots: settings.slots)
        do {
            let description = try await OpenAIEngine.run(configuration) { try await $0.describe() }
            let version = description.version.map { " \($0)" } ?? ""
            return [.ok("endpoint", "\(endpoint): \(description.name)\(version), \(description.modelName)")]
                + depth(description)
        } catch {
            return [
                .fail(
                    "endpoint", "\(error)",
                    remedy: "start that server, or mend engine.endpoint and engine.endpoint-key-file")
            ]
        }
    }

    private var bearerToken: String? {
        guard !settings.endpointKeyFile.isEmpty else { return nil }
        return (try? String(contentsOfFile: settings.endpointKeyFile, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func depth(_ description: EngineDescription) -> [Finding] {
        guard description.speculating, settings.depth == .fixed(0) else { return [] }
        return [
            .warn(
                "endpoint", "it speculates, but its depth is set to 0",
                remedy: "set engine.depth to the depth it was started with, or to engine")
        ]
    }
}
