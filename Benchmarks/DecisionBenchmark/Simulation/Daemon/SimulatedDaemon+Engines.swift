import Dispatching
import EngineSimulation
import Speculation
import Workload

/// Engines are started, timed and changed, as `Dispatcher+Serving` and `Dispatcher+Engines` have it.
extension SimulatedDaemon {
    /// The bytes of what a new engine is asked.
    private static let questionBytes = 100
    /// What the proof that requests choose their depth asks for (`DepthProof`).
    private static let proofTokens = 24

    /// Starts the first engine, times it, and what else is to be timed before the first prompt.
    mutating func startUp() {
        let timesSteps = variant.timesNewEngines && choice.isFree
        let setting: DraftSetting
        if timesSteps {
            var up = start(at: .off)
            timeSteps(of: &up, at: .off)
            setting = choice.settingToMeasure
            if site.choosesDepth {
                timeSteps(of: &up, at: setting)
                return serve(up, at: setting)
            }
            waitingEngines.append(up)
        } else {
            let entries = queue.entries(model: model, waitSeconds: now)
            setting =
                planning.firstSetting(for: entries, switchCostSeconds: changeCost.seconds)
                ?? choice.settingToMeasure
        }
        makeRoom()
        var up = start(at: setting)
        if timesSteps { timeSteps(of: &up, at: setting) } else { check(&up, at: setting) }
        serve(up, at: setting)
    }

    private mutating func serve(_ up: UpEngine, at setting: DraftSetting) {
        changeCost.noteStart(seconds: site.startSeconds)
        lane = SimulatedLane(up, at: setting, slots: site.slots, now: now)
    }

    /// The lane has ended, and one at another setting takes its place.
    mutating func change(to setting: DraftSetting) {
        let idleSince = now
        var up = lane.up
        up.usedAt = now
        outcome.changes += 1
        if !site.choosesDepth {
            waitingEngines.append(up)
            if let waiting = waitingEngines.firstIndex(where: { $0.setting == setting }) {
                up = waitingEngines.remove(at: waiting)
            } else {
                makeRoom()
                up = start(at: setting)
                changeCost.noteChange(idleSeconds: now - idleSince)
            }
        }
        let plan = nextPlan?.setting == setting ? nextPlan?.renewed(at: instant) : nil
        lane = SimulatedLane(up, at: setting, slots: site.slots, now: now, plan: plan)
        leaving = nil
        nextPlan = nil
    }

    /// Stops engines that wait, those that served longest ago first, so that another one can be started.
    private mutating func makeRoom() {
        waitingEngines.sort { $0.usedAt < $1.usedAt }
        waitingEngines.removeFirst(max(0, waitingEngines.count - site.residentEngines + 1))
    }

    /// Starts an engine, which takes its time.
    private mutating func start(at setting: DraftSetting) -> UpEngine {
        now += site.startSeconds
        lastStartEnd = now
        outcome.starts += 1
        var up = site.engine(at: setting, origin: origin, now: now)
        guard site.choosesDepth, let greatest = policy.candidates.map(\.depth).max() else { return up }
        for asked in [DraftSetting.off, DraftSetting(depth: 1), DraftSetting(depth: greatest)] {
            _ = ask(&up, for: Self.proofTokens, times: 1, at: asked)
        }
        return up
    }

    // MARK: Timing

    /// Sees that an engine answers.
    private mutating func check(_ up: inout UpEngine, at setting: DraftSetting) {
        _ = ask(&up, for: EngineProbe.answerTokens, times: 1, at: setting)
    }

    private mutating func timeSteps(of up: inout UpEngine, at setting: DraftSetting) {
        check(&up, at: setting)
        for busySlots in choice.busySlotsToMeasure {
            for answer in ask(&up, for: EngineProbe.timingTokens, times: busySlots, at: setting) {
                learn(fromProbe: answer, at: setting, busySlots: busySlots)
            }
        }
    }

    private mutating func learn(
        fromProbe answer: FinishedGeneration, at setting: DraftSetting, busySlots: Int
    ) {
        let observation = try? Observation(
            traits: PromptTraits(distribution: WorkloadDistribution(certain: .code), temperature: 0),
            setting: setting, busySlots: Double(busySlots), generatedTokens: answer.generatedTokens,
            draftedTokens: answer.draftedTokens, acceptedTokens: answer.acceptedTokens,
            generationMilliseconds: answer.generationMilliseconds)
        if let observation { model.learnProbe(observation) }
        if busySlots == 1 {
            model.learnReading(
                setting, tokens: answer.promptTokens, milliseconds: answer.promptMilliseconds)
        }
    }

    /// Sends so many requests at once and waits for their answers.
    private mutating func ask(
        _ up: inout UpEngine, for tokens: Int, times: Int, at setting: DraftSetting
    ) -> [FinishedGeneration] {
        let promptTokens = site.profile.reading.tokens(bytes: Self.questionBytes, messages: 1)
        for number in 0..<times {
            up.submit(
                GenerationTask(
                    id: number, promptTokens: promptTokens, behaviour: batch.probe, maximumTokens: tokens,
                    depth: setting.depth, pMin: setting.pMin,
                    random: RandomStream(seed: site.seed, 0xA5C, UInt64(number))), at: now)
        }
        var answers: [FinishedGeneration] = []
        while let time = up.nextAnswer() {
            now = time
            answers += up.takeAnswers()
        }
        for answer in answers {
            readingSpeed.note(milliseconds: answer.promptMilliseconds, bytes: Self.questionBytes)
        }
        return answers
    }
}
