import Settings
import Web

/// Whether the HTTP API can be served as it is configured.
struct WebCheck: Sendable {
    let settings: Settings

    func findings() -> [Finding] {
        ListenerCheck(settings).results().map { result in
            switch result {
            case .good(let text): .ok("web", text)
            case .doubtful(let text, let remedy): .warn("web", text, remedy: remedy)
            case .bad(let text, let remedy): .fail("web", text, remedy: remedy)
            }
        }
    }
}
