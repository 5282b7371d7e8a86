import Foundation
import PromptBatch
import Spool

/// Prompts of a file, counted by groups as the daemon plans them. Those with limits of another size, to a power of two, are
/// told apart too: a group has one expected length.
public struct PromptGroups: Sendable {
    /// Names workloads as the daemon does.
    private let judge: PromptJudge
    private var groups: [QueueGroup.Key: BacklogGroup] = [:]
    public private(set) var prompts = 0

    public init(judge: PromptJudge) {
        self.judge = judge
    }

    /// Counts one more prompt.
    public mutating func add(_ prompt: Prompt) {
        let judgement = judge.judge(prompt, batch: nil)
        let size = judgement.traits.maximumTokens.map { Int.bitWidth - max(0, $0).leadingZeroBitCount }
        let key = QueueGroup.Key(
            batch: 0, group: judgement.group + (size.map { "/\($0)" } ?? ""), priority: prompt.priority)
        let tokens = PromptJudge.assumedTokens(judgement.traits)
        prompts += 1
        guard groups[key] == nil else {
            groups[key]?.prompts += 1
            groups[key]?.expectedTokens += tokens
            return
        }
        groups[key] = BacklogGroup(
            batch: key.batch, group: key.group, priority: key.priority, prompts: 1, expectedTokens: tokens,
            traits: judgement.encoded, waitingSince: Date())
    }

    /// The groups as the queue has them, in an order that does not change.
    var waiting: [QueueGroup] {
        let now = ContinuousClock.now
        return groups.values.map { QueueGroup($0, waitingSince: now) }.sorted { $0.text < $1.text }
    }
}
