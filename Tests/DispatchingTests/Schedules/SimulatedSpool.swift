import Foundation
import GRDB
import Logging
import PromptBatch
import Settings
import Synchronization
import TestSupport

@testable import Intake
@testable import Spool

/// The daemon's parts without engines, people who drop files and ask for things, and a machine that fails, in an order
/// of events that a seed decides.
final class SimulatedSpool {
    /// What all simulations share: it takes long to make.
    struct Shared {
        let database: DatabaseQueue
        let judge: SharedJudge
        var settings: Settings

        init(settings: Settings) throws {
            database = try SimulatedLedger.makeDatabase()
            judge = SharedJudge(try PromptJudge(rules: []))
            self.settings = settings
        }
    }

    private static let stepsOfALife = 400
    private static let mostMinutes = 60

    let layout: SpoolLayout
    let disk: SimulatedDisk
    let people: SimulatedPeople
    private let shared: Shared
    private let executor: SeededExecutor
    private let plan = FaultPlan()
    private var random: SeededGenerator
    private let losesPower: Bool
    /// Whether the machine is off for weeks between lives, longer than inputs and outputs are kept.
    private let isOftenOff: Bool
    private let seed: UInt64
    private let lives: [FaultPlan.Faults]
    /// Operations of the first life.
    private(set) var operations = 0

    /// - Parameters:
    ///   - lives: the faults of each life before the last one; the seed decides where they are not given.
    ///   - losesPower: whether a kill takes what was not synchronised with it.
    init(
        seed: UInt64, shared: Shared, lives: [FaultPlan.Faults]? = nil, losesPower wanted: Bool? = nil
    ) throws {
        self.seed = seed
        isOftenOff = lives == nil && seed % 4 == 0
        var shared = shared
        if isOftenOff {
            shared.settings.retention.doneAge = .seconds(86400)
            shared.settings.retention.outputAge = .seconds(86400)
            shared.settings.retention.ledgerAge = nil
        }
        self.shared = shared
        random = SeededGenerator(seed: seed)
        executor = SeededExecutor(seed: seed &+ 1)
        let seeded = Int.random(in: 0..<3, using: &random) == 0
        losesPower = wanted ?? seeded
        disk = SimulatedDisk(
            seed: seed, plan: plan, time: executor, isOrdered: Bool.random(using: &random),
            tellsWriters: Bool.random(using: &random))
        layout = SpoolLayout(root: "/spool", disk: disk)
        people = SimulatedPeople(
            seed: seed, disk: disk, layout: layout, executor: executor,
            isCareful: losesPower || isOftenOff)
        self.lives =
            lives
            ?? (0..<Int.random(in: 0...3, using: &random)).map { number in
                var own = SeededGenerator(seed: seed &+ UInt64(number) &* 7919 &+ 3)
                return Self.makeFaults(using: &own)
            }
        try SimulatedLedger.empty(shared.database)
        try disk.makeDirectories(
            ["/spool"] + [
                layout.incoming, layout.active, layout.output, layout.done, layout.failed, layout.control,
            ])
    }

    /// Lives through faults, then without any until all work has ended.
    ///
    /// - Returns: What is wrong with the outcome.
    func run() -> [String] {
        let visitors = Task(executorPreference: executor) { [people] in await people.come() }
        var problems: [String] = []
        for (number, faults) in lives.enumerated() where problems.isEmpty {
            problems += live(faults, isLast: false)
            if number == 0 { operations = plan.operations }
            if losesPower, faults.losesPower, plan.isDead { disk.cutPower(&random) }
            if isOftenOff { executor.pass(.seconds(86400 * Int.random(in: 0...60, using: &random))) }
        }
        if problems.isEmpty { problems += live(FaultPlan.Faults(), isLast: true) }
        visitors.cancel()
        _ = executor.run(until: executor.now + .seconds(60)) { false }
        if FaultPlan.traces { printLedger() }
        guard problems.isEmpty else { return problems }
        return SimulationReader(layout: layout, disk: disk, people: people, database: shared.database)
            .problems()
    }

    private func printLedger() {
        let rows = try? shared.database.read { try Row.fetchAll($0, sql: "SELECT * FROM batch") }
        for row in rows ?? [] { print(row) }
        let prompts = try? shared.database.read { try Row.fetchAll($0, sql: "SELECT * FROM prompt") }
        for row in prompts ?? [] { print(row) }
    }

    private static func makeFaults(using random: inout SeededGenerator) -> FaultPlan.Faults {
        var faults = FaultPlan.Faults()
        if Int.random(in: 0..<3, using: &random) == 0 {
            let start = Int.random(in: 0..<stepsOfALife, using: &random)
            faults.failing = start..<(start + Int.random(in: 1...40, using: &random))
            faults.code = [EIO, ENOSPC, EDQUOT].randomElement(using: &random) ?? EIO
        }
        faults.killedAt = Int.random(in: 0..<stepsOfALife, using: &random)
        faults.killedAfterEffect = Bool.random(using: &random)
        return faults
    }

    /// Runs a daemon until it is killed or nothing is left to do.
    private func live(_ faults: FaultPlan.Faults, isLast: Bool) -> [String] {
        plan.begin(faults)
        let ending = Mutex<String?>(nil)
        let hasEnded = Mutex(false)
        let events = AsyncStream<IncomingWatcher.Event>.makeStream()
        let requests = AsyncStream<IncomingWatcher.Event>.makeStream()
        people.watch(incoming: events.continuation, control: requests.continuation)
        let daemon = Task(executorPreference: executor) { [shared, layout, plan, executor, seed] in
            do {
                try await SimulatedDaemon(
                    shared: shared, layout: layout, plan: plan, executor: executor, seed: seed
                ).run(events: events.stream, requests: requests.stream)
            } catch {
                ending.withLock { $0 = "\(error)" }
            }
            hasEnded.withLock { $0 = true }
        }
        let deadline = executor.now + .seconds(60 * Self.mostMinutes)
        var nextLook = executor.now
        let isSettled = executor.run(until: deadline) {
            if plan.isDead || ending.withLock({ $0 }) != nil { return true }
            guard people.haveLeft, executor.now >= nextLook else { return false }
            nextLook = executor.now + .milliseconds(500)
            return isAtRest
        }
        let reason = ending.withLock { $0 }
        let wasKilled = plan.isDead
        plan.kill()
        people.watch(incoming: nil, control: nil)
        daemon.cancel()
        guard executor.run(until: deadline, isDone: { hasEnded.withLock { $0 } }) else {
            return ["the daemon does not stop"]
        }
        guard !wasKilled else { return [] }
        if let reason { return isLast ? ["the daemon ended: \(reason)"] : [] }
        return isSettled ? [] : ["work did not come to an end: \(unsettled)"]
    }

    private var unsettled: [String] {
        let left = disk.names(in: layout.incoming).filter { !$0.hasPrefix(".") || $0.hasPrefix(".retry-") }
        let requests = disk.names(in: layout.control).filter { $0.hasSuffix(".request.json") }
        return left.map { "incoming/\($0)" } + requests.map { "control/\($0)" }
            + disk.names(in: layout.active).map { "active/\($0)" } + late
    }

    /// Files that were written on after their batch, and that the daemon has to notice.
    private var late: [String] {
        let rows = try? shared.database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT put_away, seen_bytes, state, inode FROM batch
                    WHERE state IN ('done', 'failed') AND NOT is_continued
                    """)
        }
        return (rows ?? []).compactMap { row in
            guard let name: String = row["put_away"], let seen: Int = row["seen_bytes"],
                let state: String = row["state"], let inode: Int64 = row["inode"],
                let node = disk.node(at: "\(layout.root)/\(state)/\(name)"),
                node.number == UInt64(bitPattern: inode), node.content.count > seen
            else { return nil }
            return "\(state)/\(name) beyond \(seen)"
        }
    }

    private var isAtRest: Bool { unsettled.isEmpty }
}
