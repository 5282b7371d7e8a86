import Foundation
import Logging
import Loops
import Settings
import Spool
import Systemd

/// Tells of finished batches, as the configuration says, until it has worked or is given up.
///
/// Whom a batch is to be told to is in the ledger together with its end, and leaves it when the try is over: a crash lets
/// it be told twice, and never not at all. Nothing waits for that, and no more than a few are told of at a time.
package actor HookLoop {
    private static let atOnce = 4
    /// Between two tries while the ledger fails.
    private static let retryInterval: Duration = .seconds(5)

    private let ledger: Ledger
    private let layout: SpoolLayout
    private let settings: SharedSettings
    private let time: any TimeSource
    private let troubles: Troubles
    private let logger: Logger
    private let waiters = Waiters()
    /// Batches that are being told of.
    private var underWay: Set<Int64> = []
    private var wantsAll = false
    /// Whether the last try was in vain.
    private var isFailing = false
    package private(set) var tries = HookTries()

    package init(
        ledger: Ledger, layout: SpoolLayout, settings: SharedSettings, time: any TimeSource,
        troubles: Troubles, logger: Logger
    ) {
        self.ledger = ledger
        self.layout = layout
        self.settings = settings
        self.time = time
        self.troubles = troubles
        self.logger = logger
    }

    /// There may be one more.
    package func lookAgain() { waiters.wakeAll() }

    /// Whoever is told may be another one, or may have been mended: all that wait are tried now.
    package func tryAll() {
        wantsAll = true
        waiters.wakeAll()
    }

    /// Tells until the task is cancelled; what is under way then is told again by the next daemon.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let seen = waiters.changes
                do {
                    let (due, next) = try await take()
                    if troubles.clear(.hooks) { logger.notice("Hooks can be looked up again") }
                    for hook in due { group.addTask { await self.tell(hook) } }
                    if waiters.changes == seen { await wait(until: next) }
                } catch {
                    await wait(because: error)
                }
            }
        }
    }

    /// What is due and has its turn, and when there is more, if nothing happens before.
    private func take() async throws -> (due: [WaitingHook], next: Date?) {
        let busy = underWay
        if wantsAll {
            try await ledger.hastenHooks(at: layout.disk.now)
            wantsAll = false
        }
        let waiting = try await ledger.waitingHooks(limit: 2 * Self.atOnce).filter {
            !busy.contains($0.batch.sequence)
        }
        let now = layout.disk.now
        let due = waiting.filter { Self.isDue($0, at: now) }.prefix(Self.atOnce - busy.count)
        underWay.formUnion(due.map(\.batch.sequence))
        let isFull = busy.count + due.count == Self.atOnce
        return (Array(due), isFull ? nil : waiting.first { !Self.isDue($0, at: now) }?.dueAt)
    }

    /// One that is due later than any pause is long was put off before somebody set the clock back.
    private static func isDue(_ hook: WaitingHook, at now: Date) -> Bool {
        hook.dueAt <= now || hook.dueAt > now + HookPauses.longestAsked / .seconds(1)
    }

    private func wait(until date: Date?) async {
        let pause = date.map { Duration.seconds(max(0, $0.timeIntervalSince(layout.disk.now))) }
        await waiters.wait(until: pause.map { time.now + $0 })
    }

    private func wait(because error: any Error) async {
        guard !Task.isCancelled else { return }
        if troubles.set(.hooks, "\(error)") { logger.error("\(error)") }
        try? await time.sleep(for: Self.retryInterval)
    }

    // MARK: One batch

    /// Tells of a batch once, and notes what came of it.
    func tell(_ hook: WaitingHook) async {
        defer {
            underWay.remove(hook.batch.sequence)
            waiters.wakeAll()
        }
        let call = HookCall(
            of: BatchFacts(hook.batch, in: layout), attempt: hook.tries + 1, settings: settings.current.hooks,
            logger: logger)
        let outcome: HookOutcome
        do { outcome = try await call.make() } catch {
            // It may have been told or not; the next daemon tells it again.
            guard !Task.isCancelled else { return }
            outcome = .failed("\(error)")
        }
        repeat {
            do { return try await note(outcome, of: hook) } catch { await wait(because: error) }
        } while !Task.isCancelled
    }

    private func note(_ outcome: HookOutcome, of hook: WaitingHook) async throws {
        switch outcome {
        case .delivered:
            try await ledger.noteTry(ofHook: hook.batch.sequence, .delivered)
            tries.delivered += 1
            logger.info("Batch \(hook.batch.name) was told of", metadata: Self.metadata(hook))
            if isFailing { logger.notice("What hooks.batch-finished names takes what it is told again") }
            isFailing = false
        case .failed(let reason, let retryAfter):
            let now = layout.disk.now
            let end = (hook.batch.finishedAt ?? now) + settings.current.hooks.giveUpAfter / .seconds(1)
            guard now < end else { return try await giveUp(hook, because: reason) }
            let pause = max(HookPauses.pause(after: hook.tries + 1), retryAfter ?? .zero)
            try await ledger.noteTry(
                ofHook: hook.batch.sequence, .waiting, again: min(now + pause / .seconds(1), end),
                error: reason)
            tries.failed += 1
            if !isFailing {
                logger.warning(
                    "Batch \(hook.batch.name) could not be told of: \(reason); it is tried again, as is what follows",
                    metadata: Self.metadata(hook))
            }
            isFailing = true
        case .unwanted(let reason):
            try await giveUp(hook, because: reason)
        }
    }

    private func giveUp(_ hook: WaitingHook, because reason: String) async throws {
        try await ledger.noteTry(ofHook: hook.batch.sequence, .givenUp, error: reason)
        tries.givenUp += 1
        logger.log(
            .hookGivenUp, level: .error,
            "Batch \(hook.batch.name) was not told of: \(reason); given up after \(hook.tries + 1) tries",
            metadata: Self.metadata(hook))
    }

    private static func metadata(_ hook: WaitingHook) -> Logger.Metadata {
        ["batch": "\(hook.batch.id)", "file": "\(hook.batch.name)", "tries": "\(hook.tries + 1)"]
    }
}
