import Dispatching
import Engine
import Settings

/// Whether the configured OpenAI-compatible server answers.
struct EndpointCheck: Sendable {
    let settings: EngineSettings

    func findings() async -> [Finding] {
        do {
            let configuration = try OpenAIEngineConfiguration(settings)
            let description = try await OpenAIEngine.run(configuration) { try await $0.describe() }
            let version = description.version.map { " \($0)" } ?? ""
            let what = "\(configuration.endpoint): \(description.name)\(version), \(description.modelName)"
            return [.ok("endpoint", what)] + depth(description)
        } catch EngineError.routeFailed(let reason, let remedy) {
            return [.fail("endpoint", reason, remedy: remedy)]
        } catch {
            return [
                .fail(
                    "endpoint", "\(error)",
                    remedy: "start that server, or mend engine.endpoint and engine.endpoint-key-file")
            ]
        }
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
