import Synchronization

/// Whether an engine that was started has become healthy yet.
final class LanePhase: Sendable {
    private let healthy = Atomic(false)

    var isHealthy: Bool { healthy.load(ordering: .acquiring) }

    func becomeHealthy() {
        healthy.store(true, ordering: .releasing)
    }
}
