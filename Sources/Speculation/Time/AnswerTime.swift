/// What one answer took by the clock.
///
/// A prompt holds a slot from its sending to its answer. While B requests are under way it has 1/B of the engine: those shares
/// add up to the time that passed, whatever was read, drafted or waited for in it.
public struct AnswerTime: Sendable, Hashable {
    public var traits: PromptTraits
    public var setting: DraftSetting
    /// Requests under way meanwhile, its own included: the harmonic mean over the time.
    public var busySlots: Double
    public var generatedTokens: Int
    /// Tokens of the prompt that were read, not found in the engine's cache.
    public var readTokens: Int
    /// From sending to the whole answer.
    public var milliseconds: Double
    /// Whether it ran at the setting that was thought best for it, not at one that was asked for, measured or ridden
    /// along with.
    public var isChosen: Bool

    public init(
        traits: PromptTraits, setting: DraftSetting, busySlots: Double, generatedTokens: Int, readTokens: Int,
        milliseconds: Double, isChosen: Bool
    ) {
        self.traits = traits
        self.setting = setting
        self.busySlots = max(1, busySlots)
        self.generatedTokens = generatedTokens
        self.readTokens = max(0, readTokens)
        self.milliseconds = milliseconds
        self.isChosen = isChosen
    }

    /// Its share of the engine's time, in seconds.
    public var engineSeconds: Double { milliseconds / 1000 / busySlots }

    var isSound: Bool {
        generatedTokens > 0 && milliseconds.isFinite && milliseconds > 0 && busySlots.isFinite
    }
}

/// What an answer would have taken at depth 0 on the same engine, with as many requests under way.
public struct TimeAtOff: Sendable, Hashable {
    /// Its share of the engine's time, in seconds.
    public var engineSeconds: Double
    /// Where the mean of such answers lies with a probability of 95 %.
    public var range: ClosedRange<Double>
    /// Whether answers to prompts of its kind were timed at depth 0 with about as many requests under way; else the model
    /// of step costs says it, with what was measured of depth 0.
    public var isMeasured: Bool
}
