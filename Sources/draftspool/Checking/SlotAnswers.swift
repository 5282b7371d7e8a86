/// Short greedy answers to the same prompts, alone and in every slot at once.
struct SlotAnswers: Sendable, Equatable {
    let slots: Int
    private var prompts = 0
    /// By slot: answers that were not those of the prompt alone.
    private var differences: [Int]

    init(slots: Int) {
        self.slots = slots
        differences = Array(repeating: 0, count: slots)
    }

    /// Notes the answers to one prompt.
    mutating func add(alone: String, together: [String]) {
        prompts += 1
        for (slot, answer) in together.prefix(slots).enumerated() where answer != alone {
            differences[slot] += 1
        }
    }

    /// Answers in slots that were busy at once.
    var count: Int { prompts * slots }
    /// Of them, those that differ.
    var differing: Int { differences.reduce(0, +) }

    /// Slots of which more than half of the answers differ: rounding changes one now and then, nonsense nearly all.
    var wrongSlots: [Int] { differences.indices.filter { 2 * differences[$0] > prompts } }
}
