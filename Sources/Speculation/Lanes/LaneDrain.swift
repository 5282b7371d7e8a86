/// What is lost while the last prompts of a lane end and its slots fall idle one after another.
///
/// While b of B slots are busy, tokens come at the total speed s(b) instead of s(B): n tokens of that time cost
/// n · (1/s(b) − 1/s(B)) more. Slots that fall idle leave the others more of the machine, so this is far less than the
/// time of a prompt.
struct LaneDrain: Sendable {
    let forecast: PromptForecast
    let setting: DraftSetting
    /// Slots kept busy as long as there are prompts.
    let slots: Int
    let model: LearnedModel

    /// Of prompts of which so many tokens each are left, in seconds.
    func seconds(left: [Double]) -> Double {
        guard slots > 1 else { return 0 }
        let full = secondsPerToken(slots)
        var (sum, ended) = (0.0, 0.0)
        for (index, tokens) in left.sorted().enumerated() {
            let busy = left.count - index
            let step = Double(busy) * max(0, tokens - ended)
            if step > 0 { sum += step * max(0, secondsPerToken(busy) - full) }
            ended = max(ended, tokens)
        }
        return model.constants.choosing.drain * sum
    }

    /// Of prompts of `tokensEach` tokens at a moment like any other, when they have come evenly far.
    func seconds(tokensEach: Double) -> Double {
        seconds(left: (1...max(1, slots)).map { tokensEach * Double($0) / Double(max(1, slots)) })
    }

    private func secondsPerToken(_ busy: Int) -> Double {
        1 / max(model.predict(forecast, setting, busySlots: busy).totalTokensPerSecond, 1e-6)
    }
}
