import Foundation
import Synchronization
import TestSupport

@testable import Loops

/// Runs tasks one job at a time, always one that the seed picks among those that are ready, and lets time pass only
/// when none is. So a seed is an order of events, and gives the same one every time.
final class SeededExecutor: TaskExecutor, TimeSource {
    private struct Sleeper {
        let end: ContinuousClock.Instant
        let number: Int
        let wake: CheckedContinuation<Void, any Error>
    }

    private enum Ready {
        case job(UnownedJob)
        case turn(CheckedContinuation<Void, Never>)
    }

    private struct State {
        var ready: [Ready] = []
        var sleepers: [Sleeper] = []
        var cancelledSleepers: Set<Int> = []
        var sleeperCount = 0
        var now: ContinuousClock.Instant
        var random: SeededGenerator
    }

    private let state: Mutex<State>
    private let start = ContinuousClock.now

    init(seed: UInt64) {
        state = Mutex(State(now: start, random: SeededGenerator(seed: seed)))
    }

    var now: ContinuousClock.Instant { state.withLock { $0.now } }

    /// The wall clock.
    var date: Date {
        Date(timeIntervalSince1970: 1_795_474_501).addingTimeInterval(start.duration(to: now) / .seconds(1))
    }

    func sleep(until date: Date) async throws {
        try await sleep(for: .seconds(max(0, date.timeIntervalSince(self.date))) + .milliseconds(1))
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.ready.append(.job(job)) }
    }

    /// Lets others go first, or not.
    func turn() async {
        await withCheckedContinuation { turn in state.withLock { $0.ready.append(.turn(turn)) } }
    }

    func sleep(for duration: Duration) async throws {
        let number = state.withLock { state in
            state.sleeperCount += 1
            return state.sleeperCount
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wake in
                let isCancelled = state.withLock { state in
                    if state.cancelledSleepers.remove(number) != nil { return true }
                    state.sleepers.append(Sleeper(end: state.now + duration, number: number, wake: wake))
                    return false
                }
                if isCancelled { wake.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let sleeper = state.withLock { state -> Sleeper? in
                guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
                    state.cancelledSleepers.insert(number)
                    return nil
                }
                return state.sleepers.remove(at: index)
            }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }

    /// Runs what is ready and lets time pass until `isDone`, which is asked whenever nothing is ready.
    ///
    /// - Returns: False if nothing can happen any more, or not by `deadline`.
    func run(until deadline: ContinuousClock.Instant, isDone: () -> Bool) -> Bool {
        while true {
            runReady()
            if isDone() { return true }
            let sleeper = state.withLock { state -> Sleeper? in
                let next = state.sleepers.indices.min {
                    (state.sleepers[$0].end, state.sleepers[$0].number)
                        < (state.sleepers[$1].end, state.sleepers[$1].number)
                }
                guard let next, state.sleepers[next].end < deadline else { return nil }
                let sleeper = state.sleepers.remove(at: next)
                state.now = max(state.now, sleeper.end)
                return sleeper
            }
            guard let sleeper else { return false }
            sleeper.wake.resume()
        }
    }

    /// Lets time pass in which nothing happens: the machine is off, and whoever sleeps goes on doing so afterwards.
    func pass(_ duration: Duration) {
        state.withLock { state in
            state.now += duration
            state.sleepers = state.sleepers.map {
                Sleeper(end: $0.end + duration, number: $0.number, wake: $0.wake)
            }
        }
    }

    private func runReady() {
        while true {
            let next = state.withLock { state -> Ready? in
                guard !state.ready.isEmpty else { return nil }
                let index = Int(state.random.next() % UInt64(state.ready.count))
                return state.ready.remove(at: index)
            }
            switch next {
            case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
            case .turn(let turn): turn.resume()
            case nil: return
            }
        }
    }
}
