import Foundation
import Settings
import TestSupport
import Testing

@testable import Dispatching

/// Intake, outcomes, publishing, cancelling, trying again and retention in thousands of orders of events, on a disk
/// that fails, a machine that stops, and a disk that loses its power.
///
/// `SCHEDULES` says how many, `FIRST_SEED` where to begin.
@Suite struct ScheduleTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    private static func settings() async throws -> Settings {
        let loader = SettingsLoader(
            file: nil,
            flags: [
                "spool": "/spool", "state-directory": "/state", "runtime-directory": "/run",
                "engine.model": "none", "input.settle-time": "5s", "input.rescan-interval": "10s",
            ], environment: [:])
        return try await loader.load()
    }

    /// Off the pool of threads, which other tests need.
    private static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result)
        async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Swift.Result { try body() }) }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    @Test func noOrderOfEventsLosesAPrompt() async throws {
        let settings = try await Self.settings()
        let first = Self.number("FIRST_SEED") ?? 1
        let count = Self.number("SCHEDULES") ?? 500
        let failures = try await Self.onThread { () -> [String] in
            let shared = try SimulatedSpool.Shared(settings: settings)
            var failures: [String] = []
            for seed in first..<(first + count) {
                let problems = try SimulatedSpool(seed: seed, shared: shared).run()
                failures += problems.map { "seed \(seed): \($0)" }
                if failures.count > 20 { break }
            }
            return failures
        }
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }
}
