import Foundation
import Settings
import TestSupport
import Testing

/// Intake, outcomes, publishing, cancelling, trying again and retention in thousands of orders of events, on a disk
/// that fails, a machine that stops, and a disk that loses its power.
///
/// `SCHEDULES` says how many, `FIRST_SEED` where to begin.
@Suite struct ScheduleTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    /// A document that is cancelled and tried again, in 200 to 300 operations. Where power is lost, people are more
    /// careful, and the same seed is other work.
    private static func seedOfSmallWork(losesPower: Bool) -> UInt64 { losesPower ? 39 : 134 }

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

    private static let processors = UInt64(ProcessInfo.processInfo.activeProcessorCount)

    /// Each processor has its share of the seeds.
    @Test(arguments: 0..<processors)
    func noOrderOfEventsLosesAPrompt(share: UInt64) async throws {
        let settings = try await Self.settings()
        let first = Self.number("FIRST_SEED") ?? 1
        let count = Self.number("SCHEDULES") ?? 300
        let failures = try await Self.onThread { () -> [String] in
            let shared = try SimulatedSpool.Shared(settings: settings)
            var failures: [String] = []
            for seed in stride(from: first + share, to: first + count, by: Int(Self.processors)) {
                let problems = try SimulatedSpool(seed: seed, shared: shared).run()
                failures += problems.map { "seed \(seed): \($0)" }
                if failures.count > 20 { break }
            }
            return failures
        }
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    /// As SQLite's tests of I/O errors do: the first operation fails, then the second, until a run needs none to.
    @Test(arguments: [EIO, ENOSPC])
    func everyOperationMayFail(code: Int32) async throws {
        try await atEveryOperation { operation in
            FaultPlan.Faults(failing: operation..<operation + 1, code: code)
        }
    }

    /// The same for a kill before and after each operation, with what was not synchronised lost or not.
    @Test(arguments: [false, true], [false, true])
    func theDaemonMayBeKilledInEveryOperation(afterEffect: Bool, losesPower: Bool) async throws {
        try await atEveryOperation(losesPower: losesPower) { operation in
            FaultPlan.Faults(killedAt: operation, killedAfterEffect: afterEffect)
        }
    }

    /// A directory whose sync fails, a kill right after, a restart that trusts what it sees, and a power cut.
    @Test func whatWasRenamedWithoutASyncIsSyncedByWhoGoesOn() async throws {
        try await atEveryOperation(losesPower: true) { operation in
            FaultPlan.Faults(
                failing: operation..<operation + 1, code: EIO, killedAt: operation + 1, losesPower: false)
        } then: { operation in
            FaultPlan.Faults(killedAt: operation % 97 * 3)
        }
    }

    private func atEveryOperation(
        losesPower: Bool = false, faults: @escaping @Sendable (Int) -> FaultPlan.Faults,
        then later: (@Sendable (Int) -> FaultPlan.Faults)? = nil
    ) async throws {
        let settings = try await Self.settings()
        let (failures, tried) = try await Self.onThread { () -> ([String], Int) in
            let shared = try SimulatedSpool.Shared(settings: settings)
            var failures: [String] = []
            var operation = 0
            while true {
                let spool = try SimulatedSpool(
                    seed: Self.seedOfSmallWork(losesPower: losesPower), shared: shared,
                    lives: [faults(operation)] + (later.map { [$0(operation)] } ?? []),
                    losesPower: losesPower)
                failures += spool.run().map { "operation \(operation): \($0)" }
                guard spool.operations > operation, failures.count < 20 else {
                    let asked = spool.people.requests.map(\.action)
                    if !asked.contains(.cancel) || !asked.contains(.retry) {
                        failures.append("the seed's work is not cancelled and tried again any more")
                    }
                    return (failures, operation)
                }
                operation += 1
            }
        }
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
        #expect(tried > 100, "operations of a whole run")
    }
}
