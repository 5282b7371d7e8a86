import Foundation
import PromptBatch
import Speculation
import Spool
import Workload

@testable import Dispatching
@testable import Intake

/// A ledger with batches of waiting prompts, in a directory of its own.
final class QueueSite: Sendable {
    let ledger: Ledger
    private let root: String

    init() throws {
        root = NSTemporaryDirectory() + "draftspool-queue-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        ledger = try Ledger(path: root + "/ledger.sqlite")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: root)
    }

    /// A running batch; `groups`, `priorities`, `prefixes` and `deadlines` go round over its prompts.
    func batch(
        _ id: String, prompts: Int, groups: [String] = ["g"], priorities: [Int] = [0],
        prefixes: [PrefixKey?] = [nil], deadlines: [Deadline?] = [nil], claimedAt: Date = Date()
    ) async throws -> BatchRecord {
        let batch = try await ledger.beginBatch(
            id: id, name: id + ".jsonl", inode: 1, format: .simpleJSONL, claimedAt: claimedAt)
        let new = (1...prompts).map { line in
            NewPrompt(
                line: line, offset: line * 100, length: 50, customID: "\(id)-\(line)", hasExplicitID: true,
                deadline: deadlines[line % deadlines.count],
                content: .queued(
                    PromptAnnotation(
                        group: groups[line % groups.count],
                        traits: Self.traits(prefixes[line % prefixes.count]), expectedTokens: 10),
                    priority: priorities[line % priorities.count]))
        }
        try await ledger.insert(new, into: batch.sequence) { _, _ in [] }
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        return batch
    }

    private static func traits(_ prefix: PrefixKey?) -> [UInt8] {
        guard let prefix else { return [] }
        return Judgement(
            traits: PromptTraits(distribution: .uniform), source: .classifier, depthOverride: nil,
            prefix: prefix
        ).encoded
    }

    /// Takes whatever comes next, and its id.
    static func takeAny(_ queue: PromptQueue, for engine: String = "") async throws -> QueuedPrompt? {
        let groups = await queue.backlog()
        return try await queue.take(from: Set(groups.map(\.text)), for: engine)
    }

    /// Takes all there is.
    static func drain(_ queue: PromptQueue) async throws -> [String] {
        var ids: [String] = []
        while let prompt = try await takeAny(queue) { ids.append(prompt.customID) }
        return ids
    }
}
