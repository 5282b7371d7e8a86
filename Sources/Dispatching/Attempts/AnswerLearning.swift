import Engine
import Foundation
import Logging
import PromptBatch
import Speculation

/// Times answers, lets the model learn from them, and says by it how they compare with depth 0.
struct AnswerLearning: Sendable {
    /// A request that an engine works on.
    struct Sent {
        let attempt: Attempt
        let bytes: Int
        let at: ContinuousClock.Instant
        /// Its number in the lane's timeline.
        let number: Int
    }

    let store: LearnedStore
    let readingSpeed = ReadingSpeed()
    let budget: RateBudget
    let logger: Logger

    /// Whether it can be said what an engine does at depth 0: of a managed one the model says it until that was timed.
    func knowsBaseline(_ lane: LaneEngine) async -> Bool {
        guard !lane.isManaged else { return true }
        return await store.model.hasMeasuredCost(of: .off)
    }

    /// A request of `bytes` is sent now.
    func begin(_ attempt: Attempt, bytes: Int) -> Sent {
        Sent(
            attempt: attempt, bytes: bytes, at: .now,
            number: attempt.lane.timeline.begin(promptBytes: bytes))
    }

    /// A request has no answer.
    func abandon(_ sent: Sent) { sent.attempt.lane.timeline.abandon(sent.number) }

    /// A request was answered.
    func finish(_ sent: Sent, with response: GenerationResponse) async -> FinishedPrompt {
        let attempt = sent.attempt
        let lane = attempt.lane
        readingSpeed.note(milliseconds: response.readingMilliseconds, bytes: sent.bytes)
        let secondsPerByte = readingSpeed.secondsPerByte
        let generation = GenerationTime(
            response, readingMilliseconds: secondsPerByte * Double(sent.bytes) * 1000)
        let milliseconds = generation?.milliseconds ?? response.totalMilliseconds
        let share = lane.timeline.end(
            sent.number,
            promptMilliseconds: response.promptMilliseconds ?? response.totalMilliseconds - milliseconds,
            generationMilliseconds: milliseconds, secondsPerByte: secondsPerByte)
        // A first request takes longer, and so does everything while another engine starts.
        let isUndisturbed = !share.isFirst && !EngineStart.wasUnderWay(since: sent.at)
        if share.isReadAlone, isUndisturbed, let reading = response.promptMilliseconds {
            await store.learnReading(lane.setting, tokens: response.readTokens, milliseconds: reading)
        }
        if !attempt.choosesDrafts {
            await learn(
                from: response, generation: generation, attempt: attempt, share: share,
                timesSteps: isUndisturbed)
        }
        let answer = AnswerTime(
            traits: attempt.assignment.judgement.traits, setting: lane.setting,
            busySlots: share.requestsUnderWay, generatedTokens: response.generatedTokens,
            readTokens: response.readTokens, milliseconds: response.totalMilliseconds,
            isChosen: attempt.ranAsChosen)
        let finished = FinishedPrompt(
            attempt: attempt, response: response, generation: generation, finishedAt: Date(),
            busySlots: share.requestsUnderWay,
            speedup: response.choiceCount == 1 ? await speedup(of: answer, attempt: attempt) : nil)
        if !attempt.choosesDrafts, !lane.choosesItsDepth, isUndisturbed, response.choiceCount == 1,
            budget.take() != nil
        {
            await store.learn(answer)
        }
        return finished
    }

    /// How an answer's time compares with that at depth 0; nil where that was never timed, or is not known to the daemon.
    private func speedup(of answer: AnswerTime, attempt: Attempt) async -> TimingRecord.Speedup? {
        let lane = attempt.lane
        guard !attempt.choosesDrafts, lane.isManaged || lane.requestDepth != nil else { return nil }
        guard answer.setting.isSpeculating else { return TimingRecord.Speedup.none }
        guard let off = await store.model.timeAtOff(answer) else { return nil }
        return TimingRecord.Speedup(
            Estimate(
                value: off.engineSeconds / answer.engineSeconds,
                low: off.range.lowerBound / answer.engineSeconds,
                high: off.range.upperBound / answer.engineSeconds),
            basis: off.isMeasured ? .measured : .predicted)
    }

    private func learn(
        from response: GenerationResponse, generation: GenerationTime?, attempt: Attempt,
        share: LaneTimeline.Share, timesSteps: Bool
    ) async {
        // Several answers are generated at once; their tokens together say nothing of a step.
        guard let milliseconds = generation?.milliseconds, response.generatedTokens > 1,
            !attempt.lane.setting.usesNgrams,
            response.choiceCount == 1 || generation?.basis == .engine,
            budget.take() != nil
        else { return }
        let counts = attempt.lane.isManaged || attempt.lane.setting.isSpeculating
        do throws(ObservationError) {
            let observation = try Observation(
                attempt.assignment.judgement.traits, at: attempt.lane.setting, share: share,
                generatedTokens: response.generatedTokens,
                draftedTokens: counts ? response.draftedTokens : nil,
                acceptedTokens: counts ? response.acceptedTokens : nil,
                generationMilliseconds: milliseconds,
                acceptedPerPosition: counts ? response.acceptedPerPosition : nil,
                recentDrafts: attempt.lane.recentDrafts)
            await store.learn(observation, timesSteps: timesSteps)
        } catch {
            await store.countRejected()
            logger.debug("Not learned from \(attempt.queued.customID): \(error)")
        }
    }
}
