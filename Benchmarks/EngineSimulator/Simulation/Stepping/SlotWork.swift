/// A request in a slot.
struct SlotWork: Sendable {
    let task: GenerationTask
    let answerTokens: Int
    let isCut: Bool
    /// The most tokens that the answer could have.
    private let limit: Int
    private let cut: ConfidenceCut
    private var random: RandomStream
    private let startTime: Double
    private(set) var unreadTokens: Int
    /// When the first token was there.
    private var firstTokenTime = 0.0
    private(set) var generatedTokens = 0
    private(set) var draftedTokens = 0
    private(set) var acceptedTokens = 0
    private(set) var acceptedByPosition: [Int] = []
    /// Tokens of the prompt that the step under way reads.
    private(set) var reading = 0
    private var draft = PromptBehaviour.Draft()

    init(_ task: GenerationTask, contextTokens: Int, at time: Double) {
        self.task = task
        limit = task.limit(contextTokens: contextTokens)
        isCut = task.ignoresEnd || task.behaviour.answerTokens > limit
        answerTokens = isCut ? limit : task.behaviour.answerTokens
        cut = ConfidenceCut(pMin: task.pMin)
        random = task.random
        unreadTokens = task.promptTokens
        startTime = time
    }

    var isReading: Bool { unreadTokens > 0 }
    var isFinished: Bool { generatedTokens >= answerTokens }
    /// Whether the step under way reads the last of the prompt.
    var endsReading: Bool { reading > 0 && reading == unreadTokens }

    /// Takes part in a step with at most `room` tokens of the prompt.
    mutating func read(upTo room: Int) {
        reading = min(room, unreadTokens)
    }

    /// Takes part in a step that generates. A draft is no longer than what is left up to the limit: how long the answer
    /// gets is not known to an engine.
    mutating func startDraft() -> SlotDrafts {
        let depth = min(task.depth, max(0, limit - generatedTokens - 1))
        draft = task.behaviour.draft(depth: depth, cut: cut, random: &random)
        return draft.drafts
    }

    /// The step under way ends.
    mutating func endStep(at time: Double) {
        if isReading {
            unreadTokens -= reading
            reading = 0
            if !isReading {
                generatedTokens = 1
                firstTokenTime = time
            }
            return
        }
        // Where the answer ends within the draft, what follows is thrown away.
        let accepted = min(draft.accepted, answerTokens - generatedTokens - 1)
        generatedTokens += 1 + accepted
        draftedTokens += draft.drafts.verified
        acceptedTokens += accepted
        while acceptedByPosition.count < accepted { acceptedByPosition.append(0) }
        for position in 0..<accepted { acceptedByPosition[position] += 1 }
    }

    func finished(slot: Int, at time: Double) -> FinishedGeneration {
        FinishedGeneration(
            id: task.id, time: time, slot: slot, promptTokens: task.promptTokens,
            generatedTokens: generatedTokens,
            draftedTokens: draftedTokens, acceptedTokens: acceptedTokens,
            acceptedByPosition: acceptedByPosition,
            promptMilliseconds: firstTokenTime - startTime, generationMilliseconds: time - firstTokenTime,
            isCut: isCut)
    }
}
