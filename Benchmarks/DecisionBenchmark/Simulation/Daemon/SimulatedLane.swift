import Dispatching
import EngineSimulation
import Speculation

/// An engine that is up, on the clock of the simulation.
struct UpEngine {
    /// What it was started at.
    let setting: DraftSetting
    let timeline: LaneTimeline
    /// When it served last, in seconds.
    var usedAt: Double
    private(set) var engine: SimulatedEngine
    /// The engine after its next answers, and those.
    private var ahead: (engine: SimulatedEngine, answers: [FinishedGeneration])?

    init(_ engine: SimulatedEngine, at setting: DraftSetting, timeline: LaneTimeline, now: Double) {
        self.engine = engine
        self.setting = setting
        self.timeline = timeline
        usedAt = now
    }

    /// Takes a request at a moment up to which no answer comes.
    mutating func submit(_ task: GenerationTask, at seconds: Double) {
        _ = engine.advance(to: seconds * 1000)
        engine.submit(task, at: seconds * 1000)
        ahead = nil
    }

    /// When the next answers come, in seconds; nil if none does.
    mutating func nextAnswer() -> Double? {
        if ahead == nil {
            var copy = engine
            let answers = copy.advanceToNextAnswer()
            ahead = (copy, answers)
        }
        return ahead?.answers.first.map { $0.time / 1000 }
    }

    /// The answers that come next; the clock is to be set to their time.
    mutating func takeAnswers() -> [FinishedGeneration] {
        guard nextAnswer() != nil, let (after, answers) = ahead else { return [] }
        engine = after
        ahead = nil
        return answers
    }
}

/// A lane: an engine that serves at one setting.
struct SimulatedLane {
    let setting: DraftSetting
    let startedAt: Double
    let recentDrafts: RecentDrafts
    var up: UpEngine
    /// What it is doing, until that is to be thought over.
    var plan: CurrentPlan?
    var prompts = PromptsInFlight()
    /// The prompts that the engine works on, by their places in the batch.
    var sent: [Int: SentPrompt] = [:]

    init(_ up: UpEngine, at setting: DraftSetting, slots: Int, now: Double, plan: CurrentPlan? = nil) {
        self.up = up
        self.setting = setting
        self.plan = plan
        startedAt = now
        recentDrafts = RecentDrafts(capacity: slots)
    }

    var inFlight: Int { sent.count }
}

/// A prompt that an engine works on.
struct SentPrompt {
    let at: Double
    /// Its number in the lane's timeline.
    let number: Int
    let decision: Decision
    /// The kind that it is the first of, if it was sent ahead of others.
    let firstLook: PromptKind?
}
