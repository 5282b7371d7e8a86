import ArgumentParser
import UnixSignals

/// Work that SIGINT and SIGTERM end in good order.
enum Interruptible {
    /// Runs `body`; at a signal cancels it and waits until it has ended.
    ///
    /// - Returns: The signal, nil if `body` ended by itself.
    /// - Throws: What `body` throws, unless a signal came first.
    static func run(_ body: @escaping @Sendable () async throws -> Void) async throws -> UnixSignal? {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        return try await withThrowingTaskGroup(of: UnixSignal?.self) { group in
            group.addTask {
                try await body()
                return nil
            }
            group.addTask {
                for await signal in signals { return signal }
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            guard let first else { return nil }
            // The engine must be gone before the process is; how the cancelled work ended says nothing new.
            while true {
                do { if try await group.next() == nil { return first } } catch { continue }
            }
        }
    }

    /// 128 and the signal's number, as shells report a process that a signal ended.
    static func exitStatus(of signal: UnixSignal) -> ExitCode {
        ExitCode(signal == .sigterm ? 143 : 130)
    }
}
