import DequeModule
import Foundation
import Intake
import PromptBatch
import Speculation
import Spool

/// Waiting prompts that are planned together, with the next few of them in memory.
struct QueueGroup {
    /// Names the group among all batches.
    struct Key: Hashable {
        let batch: Int64
        let group: String
        let priority: Int

        init(batch: Int64, group: String, priority: Int) {
            self.batch = batch
            self.group = group
            self.priority = priority
        }

        /// The group of a prompt.
        init(_ prompt: QueuedPrompt) {
            self.init(batch: prompt.key.batch, group: prompt.group, priority: prompt.priority)
        }

        /// The planner's name for it.
        var text: String { "\(batch)/\(priority)/\(group)" }
    }

    let key: Key
    /// The planner's name for it; made once.
    let text: String
    let judgement: Judgement
    /// When its batch began to wait, on the clock that nobody sets.
    let waitingSince: ContinuousClock.Instant
    /// The soonest deadline of its prompts, or one before it; nil if they have none.
    var deadline: Date?
    /// Prompts not yet taken, those in ``buffer`` and on disk.
    var waiting: Int
    var expectedTokensEach: Double
    /// Prompts read from the ledger, in input order.
    var buffer: Deque<QueuedPrompt> = []
    /// Whether prompts that were read last have long beginnings, which may be shared.
    var hasPrefixes = false
    /// The last line read from the ledger.
    var cursor = 0
    /// Those who wait for the reading that is under way; nil if none is.
    var refillWaiters: [CheckedContinuation<Void, Never>]?
    /// Whether the ledger is not asked for more of it for now: it could not be read.
    var isSetAside = false

    /// Whether there are prompts to be had.
    var isOpen: Bool { waiting > 0 && !(isSetAside && buffer.isEmpty) }

    /// The group as the engines of a pool share it.
    var shared: WorkSharing.Group {
        WorkSharing.Group(
            key: text, prompts: waiting, expectedTokens: expectedTokensEach, priority: key.priority,
            traits: judgement.traits, depthOverride: judgement.depthOverride, modelName: judgement.modelName)
    }

    /// The group as the planner sees it.
    func entry(model: LearnedModel, now: ContinuousClock.Instant) -> BacklogEntry {
        BacklogEntry(
            key: text, traits: judgement.traits, prompts: waiting,
            expectedTokens: model.expectedTokens(judgement.traits, prior: expectedTokensEach),
            oldestWaitSeconds: waitingSince.duration(to: now) / .seconds(1),
            secondsLeft: deadline?.timeIntervalSinceNow, override: judgement.depthOverride,
            priority: key.priority)
    }

    /// The line of the next prompt, or one before it as long as that was not read.
    var nextLine: Int { buffer.first?.key.line ?? cursor }

    /// What tells the order of a prompt in ``buffer``.
    func beginning(at place: Int) -> (line: Int, prefix: PrefixKey?) {
        (buffer[place].key.line, Judgement.prefix(inEncoded: buffer[place].traits))
    }

    init(_ group: BacklogGroup, waitingSince: ContinuousClock.Instant) {
        key = Key(batch: group.batch, group: group.group, priority: group.priority)
        text = key.text
        judgement = PromptJudge.decode(group.traits)
        self.waitingSince = waitingSince
        deadline = group.deadline
        waiting = group.prompts
        expectedTokensEach = Double(group.expectedTokens) / Double(max(group.prompts, 1))
    }
}

/// Since when batches wait, by the clock that nobody sets.
struct BatchWaits {
    /// The longest wait that is believed of a batch when this process first sees it. How long it waited before is known
    /// from the wall clock only, which may have been set; from then on that is not looked at.
    static let longestBefore: Duration = .seconds(3600)

    private var known: [Int64: ContinuousClock.Instant] = [:]

    /// Since when the batch of a group waits.
    mutating func since(_ group: BacklogGroup) -> ContinuousClock.Instant {
        if let since = known[group.batch] { return since }
        let limit = Self.longestBefore / .seconds(1)
        let age = Duration.seconds(max(0, min(Date().timeIntervalSince(group.waitingSince), limit)))
        let since = ContinuousClock.now - age
        known[group.batch] = since
        return since
    }

    /// Forgets a batch that waits no more.
    mutating func forget(_ batch: Int64) {
        known[batch] = nil
    }
}
