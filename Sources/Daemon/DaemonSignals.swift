import Synchronization
import UnixSignals

/// The signals to the daemon, from the first moment of the process to its last.
///
/// Until there is somebody to deal with them, a stop cancels what is being prepared, and a reload waits.
public final class DaemonSignals: Sendable {
    /// What a signal asks for.
    enum Request: Sendable {
        /// SIGTERM or SIGINT.
        case stop(signal: String)
        /// SIGHUP: read the configuration again.
        case reload
    }

    private struct State {
        var receiver: (@Sendable (Request) async -> Void)?
        var wasStopped = false
        var wantsReload = false
    }

    private let state = Mutex(State())

    private init() {}

    /// Traps the signals and runs `body`.
    ///
    /// - Throws: what `body` throws; it is cancelled by a stop that nobody dealt with.
    public static func whileTrapped(
        _ body: @escaping @Sendable (DaemonSignals) async throws -> Void
    ) async throws {
        let signals = DaemonSignals()
        let sequence = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body(signals) }
            group.addTask { await signals.passOn(sequence) }
            while try await group.next() != nil { group.cancelAll() }
        }
    }

    /// From now on `receiver` deals with what is asked for.
    ///
    /// - Throws: `CancellationError` if a stop came before.
    func deliver(to receiver: @escaping @Sendable (Request) async -> Void) async throws {
        let (wasStopped, wantsReload) = state.withLock { state in
            state.receiver = receiver
            return (state.wasStopped, state.wantsReload)
        }
        if wasStopped { throw CancellationError() }
        if wantsReload { await receiver(.reload) }
    }

    /// Returns when a stop came that nobody dealt with, or the task is cancelled.
    private func passOn(_ sequence: UnixSignalsSequence) async {
        for await signal in sequence {
            let request: Request = signal == .sighup ? .reload : .stop(signal: "\(signal)")
            let receiver = state.withLock { state in
                if state.receiver == nil {
                    if case .reload = request { state.wantsReload = true } else { state.wasStopped = true }
                }
                return state.receiver
            }
            if let receiver {
                await receiver(request)
            } else if case .stop = request {
                return
            }
        }
    }
}
