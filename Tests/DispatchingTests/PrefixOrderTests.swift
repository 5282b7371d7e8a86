import Engine
import PromptBatch
import Spool
import TestSupport
import Testing

@testable import Dispatching
@testable import Intake

@Suite("Prompts that begin alike follow each other in a slot")
struct PrefixOrderTests {
    private static let beginnings = (0..<4).map { PrefixKey(value: UInt64($0)) }

    /// Takes all of a queue in `slots` slots that are busy for as long as `generator` says.
    private func serve(
        _ queue: PromptQueue, slots: Int, _ generator: inout SeededGenerator,
        each: (QueuedPrompt, _ isHeld: Bool) -> Void
    ) async throws {
        var numbers = SlotNumbers()
        var busy: [Int] = []
        var held: [Int: PrefixKey] = [:]
        while true {
            while busy.count == slots || !busy.isEmpty && Bool.random(using: &generator) {
                numbers.giveBack(busy.remove(at: .random(in: busy.indices, using: &generator)))
            }
            let order = PrefixOrder(idle: numbers.idlePrefixes(of: slots), busy: numbers.busyPrefixes)
            let allowed = Set(await queue.backlog().map(\.text))
            guard let prompt = try await queue.take(from: allowed, in: order) else { return }
            let prefix = Judgement.prefix(inEncoded: prompt.traits)
            let slot = numbers.take(for: prefix, of: slots)
            each(prompt, prefix != nil && held[slot] == prefix)
            held[slot] = prefix
            busy.append(slot)
        }
    }

    @Test("Each prompt comes once, and none is overtaken from further than the reach", arguments: 0..<12)
    func bounded(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let site = try QueueSite()
        let prefixes = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
            Self.beginnings.randomElement(using: &generator).flatMap {
                Int.random(in: 0..<4, using: &generator) == 0 ? nil : $0
            }
        }
        let groups = (0..<Int.random(in: 1...3, using: &generator)).map { "g\($0)" }
        let batch = try await site.batch("a", prompts: 900, groups: groups, prefixes: prefixes)
        let limits = QueueLimits(readAhead: [7, 64, 256][Int(seed % 3)])
        let queue = PromptQueue(ledger: site.ledger, limits: limits)
        try await queue.add(batch: batch.sequence)
        var waiting = Array(1...900)
        try await serve(queue, slots: Int.random(in: 1...6, using: &generator), &generator) { prompt, _ in
            let line = prompt.key.line
            #expect(line < waiting[0] + PrefixOrder.reach)
            let place = waiting.firstIndex(of: line)
            #expect(place != nil)
            if let place { waiting.remove(at: place) }
        }
        #expect(waiting.isEmpty)
    }

    @Test("A batch whose prompts begin alike leaves others their turn, and priorities hold")
    func otherBatches() async throws {
        let site = try QueueSite()
        let alike = try await site.batch("alike", prompts: 40, prefixes: [Self.beginnings[0]])
        let other = try await site.batch("other", prompts: 10, prefixes: [Self.beginnings[1]])
        let urgent = try await site.batch("urgent", prompts: 3, priorities: [1])
        let queue = PromptQueue(ledger: site.ledger)
        for batch in [alike, other, urgent] { try await queue.add(batch: batch.sequence) }
        var ids: [String] = []
        var generator = SeededGenerator(seed: 1)
        try await serve(queue, slots: 1, &generator) { prompt, _ in ids.append(prompt.customID) }
        #expect(ids.count == 53 && ids.prefix(3).allSatisfy { $0.hasPrefix("urgent") })
        #expect(ids.dropFirst(3).prefix(20).count { $0.hasPrefix("other") } == 10)
    }

    @Test("Interleaved beginnings are read about once each", arguments: [1, 2, 4])
    func kept(slots: Int) async throws {
        let site = try QueueSite()
        let batch = try await site.batch(
            "a", prompts: 200, groups: ["g", "h"], prefixes: Self.beginnings)
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        var read = 0
        var generator = SeededGenerator(seed: 5)
        try await serve(queue, slots: slots, &generator) { _, isHeld in read += isHeld ? 0 : 1 }
        #expect(read >= 4 && read <= 4 + 3 * slots)
    }
}
