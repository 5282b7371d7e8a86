/// What one finished generation taught: tokens, drafts and time.
///
/// The first token comes from the pass that reads the prompt, before the time of generation begins. Every step after that
/// yields one token of the main model and the drafts it accepts, so both unknowns of the economics follow:
/// steps = generated − 1 − accepted, and the time of a step = generation time / steps.
public struct Observation: Sendable, Hashable {
    public let traits: PromptTraits
    public let setting: DraftSetting
    /// Slots busy while it ran, on average, its own included; 1 when it ran alone.
    public let busySlots: Double
    public let generatedTokens: Int
    /// Drafted tokens; nil when the engine does not count them.
    public let draftedTokens: Int?
    /// Accepted tokens; nil when the engine does not count them.
    public let acceptedTokens: Int?
    /// Time spent generating, without the prompt, in milliseconds.
    public let generationMilliseconds: Double
    /// Accepted drafts by position (first draft first), when the request ran alone and the engine counts them.
    public let acceptedPerPosition: [Int]?
    /// Drafts per step of the requests it ran beside, where that is known; nil: as its own.
    public let neighbourDraftsPerStep: Double?

    /// Checks and keeps the figures of one generation.
    ///
    /// - Throws: ``ObservationError`` for zero steps, negative counts, an acceptance over 1, drafts at depth 0,
    ///   and times or slot counts that are not finite or cannot be.
    public init(
        traits: PromptTraits, setting: DraftSetting, busySlots: Double = 1, generatedTokens: Int,
        draftedTokens: Int?, acceptedTokens: Int?, generationMilliseconds: Double,
        acceptedPerPosition: [Int]? = nil, neighbourDraftsPerStep: Double? = nil
    ) throws(ObservationError) {
        guard generatedTokens >= 0 else {
            throw .negativeCount(name: "generated", value: generatedTokens)
        }
        let drafted = draftedTokens ?? 0
        let accepted = acceptedTokens ?? 0
        guard drafted >= 0 else { throw .negativeCount(name: "drafted", value: drafted) }
        guard accepted >= 0 else { throw .negativeCount(name: "accepted", value: accepted) }
        if draftedTokens != nil || setting.depth == 0 {
            guard accepted <= drafted else {
                throw .acceptanceOverOne(drafted: drafted, accepted: accepted)
            }
        }
        guard setting.isSpeculating || drafted == 0 else { throw .draftsAtDepthZero(drafted: drafted) }
        guard generatedTokens - 1 > accepted else {
            throw .noSteps(generated: generatedTokens, accepted: accepted)
        }
        let steps = Double(generatedTokens - 1 - accepted)
        let perStep = generationMilliseconds / steps
        guard generationMilliseconds.isFinite, perStep > 0.001, perStep < 600_000 else {
            throw .absurdTime(milliseconds: generationMilliseconds)
        }
        guard busySlots.isFinite, busySlots > 0.5, busySlots < 100_000 else {
            throw .absurdBusySlots(busySlots)
        }
        if let counts = acceptedPerPosition {
            let falling = zip(counts, counts.dropFirst()).allSatisfy { $0 >= $1 }
            guard falling, counts.allSatisfy({ $0 >= 0 }), counts.reduce(0, +) <= accepted else {
                throw .absurdPositions(counts)
            }
        }
        self.traits = traits
        self.setting = setting
        self.busySlots = max(1, busySlots)
        self.generatedTokens = generatedTokens
        self.draftedTokens = draftedTokens
        self.acceptedTokens = acceptedTokens
        self.generationMilliseconds = generationMilliseconds
        self.acceptedPerPosition = acceptedPerPosition
        self.neighbourDraftsPerStep = neighbourDraftsPerStep
    }

    /// Steps of the main model after the first token.
    public var steps: Int { generatedTokens - 1 - (acceptedTokens ?? 0) }

    /// Drafts per step on average; 0 when nothing was drafted.
    public var draftsPerStep: Double { Double(draftedTokens ?? 0) / Double(steps) }

    /// Drafts per step and slot of all requests that shared its steps: a step's cost is that of all of them.
    public var sharedDraftsPerStep: Double {
        guard let neighbourDraftsPerStep, neighbourDraftsPerStep.isFinite else { return draftsPerStep }
        return (draftsPerStep + (busySlots - 1) * max(0, neighbourDraftsPerStep)) / busySlots
    }

    /// Time of one step on average, in milliseconds.
    public var stepMilliseconds: Double { generationMilliseconds / Double(steps) }

    /// Whether the engine counts drafts, so that steps are known at this setting.
    public var countsDrafts: Bool {
        !setting.isSpeculating || (draftedTokens != nil && acceptedTokens != nil)
    }
}
