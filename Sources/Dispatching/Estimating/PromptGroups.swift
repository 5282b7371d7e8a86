import Foundation
import Intake
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
        let tokens = PromptJudge.assumedTokens(prompt)
        let key = QueueGroup.Key(
            batch: 0, group: judgement.group + Self.size(of: judgement.traits.maximumTokens),
            priority: prompt.priority)
        prompts += 1
        var group =
            groups[key]
            ?? BacklogGroup(
                batch: key.batch, group: key.group, priority: key.priority, prompts: 0, expectedTokens: 0,
                traits: judgement.encoded, waitingSince: Date())
        group.prompts += 1
        group.expectedTokens += tokens
        groups[key] = group
    }

    /// `/7` for limits of 64 to 127 tokens.
    private static func size(of limit: Int?) -> String {
        guard let limit else { return "" }
        return "/\(Int.bitWidth - max(0, limit).leadingZeroBitCount)"
    }

    /// The groups as the queue has them, in an order that does not change.
    var waiting: [QueueGroup] {
        let now = ContinuousClock.now
        return groups.values.map { QueueGroup($0, waitingSince: now) }.sorted { $0.text < $1.text }
    }
}
