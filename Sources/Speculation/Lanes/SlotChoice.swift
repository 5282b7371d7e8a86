/// Chooses how many slots to keep busy at a setting.
///
/// More busy slots give more tokens per second in total until arithmetic, not memory traffic, bounds a step; drafts
/// spend the same arithmetic, so the best number falls with depth.
struct SlotChoice: Sendable {
    /// Classes looked at: the largest ones decide.
    private static let classesConsidered = 16

    /// Numbers of busy slots, ascending.
    let choices: [Int]
    let model: LearnedModel

    /// For each setting the number of busy slots that serves the classes in the least time.
    func busySlots(for settings: [DraftSetting], classes: [BacklogClass]) -> [Int] {
        let largest = classes.sorted { $0.tokens > $1.tokens }.prefix(Self.classesConsidered)
        return settings.map { setting in
            guard var best = choices.first else { return 1 }
            guard choices.count > 1 else { return best }
            var least = Double.infinity
            for choice in choices {
                let seconds = largest.reduce(0) { sum, group in
                    let speed = model.predict(group.forecast, setting, busySlots: choice)
                    return sum + group.tokens / max(speed.totalTokensPerSecond, 1e-6)
                }
                if seconds < least * (1 - model.constants.choosing.leastSlotGain) {
                    (best, least) = (choice, seconds)
                }
            }
            return best
        }
    }
}
