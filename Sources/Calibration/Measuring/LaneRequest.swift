import PromptBatch
import Speculation

/// One request of a measurement.
struct LaneRequest: Sendable {
    let prompt: Prompt
    /// Which sending of the prompt.
    let copy: Int
    /// How to draft for it, where the engine lets requests choose.
    var setting: DraftSetting?

    /// The requests of a measurement, in order: the prompts again and again, each sending with its own seed.
    static func requests(
        of prompts: [SweepPrompt], count: Int, under condition: SweepCondition, maximumTokens: Int,
        repetition: Int
    ) -> [LaneRequest] {
        (0..<count).map { index in
            let copy = index / prompts.count
            return LaneRequest(
                prompt: prompts[index % prompts.count].asked(
                    under: condition, maximumTokens: maximumTokens, seed: 1 + repetition * 1000 + copy),
                copy: copy)
        }
    }
}
