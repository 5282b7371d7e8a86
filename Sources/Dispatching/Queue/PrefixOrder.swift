import PromptBatch

/// Which of a batch's next prompts is taken: one that begins with what an idle slot has just read, or else one that begins
/// otherwise than what busy slots read, so that each slot keeps to a beginning of its own.
///
/// A prompt goes before others only within ``reach`` lines, so that none is overtaken by more than that many.
struct PrefixOrder: Sendable {
    /// Lines looked ahead, as far as they are in memory.
    static let reach = 256

    /// What slots hold that are free.
    var idle: Set<PrefixKey> = []
    /// What slots hold that are busy.
    var busy: Set<PrefixKey> = []

    /// Whether every prompt is as good as any other.
    var isEmpty: Bool { idle.isEmpty && busy.isEmpty }

    /// How good a prompt would be now; the least is best.
    private func rank(_ prefix: PrefixKey?) -> Int {
        guard let prefix else { return 1 }
        return idle.contains(prefix) ? 0 : busy.contains(prefix) ? 2 : 1
    }

    /// The best of `prompts`, the first of equals by line; nil if there are none.
    func choice<Place>(of prompts: [(line: Int, prefix: PrefixKey?, place: Place)]) -> Place? {
        var best: [(line: Int, place: Place)?] = [nil, nil, nil]
        for prompt in prompts {
            let rank = rank(prompt.prefix)
            guard best[rank].map({ prompt.line < $0.line }) ?? true else { continue }
            best[rank] = (prompt.line, prompt.place)
        }
        let found = best.compactMap(\.self)
        guard let first = found.map(\.line).min() else { return nil }
        return found.first { $0.line < first + Self.reach }?.place
    }
}
