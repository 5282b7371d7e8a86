import Dispatching
import EngineSimulation
import Speculation

/// An answer comes and teaches, as `PromptRunner` has it.
extension SimulatedDaemon {
    mutating func finish(_ answer: FinishedGeneration) {
        guard let sent = lane.sent.removeValue(forKey: answer.id) else { return }
        let prompt = batch.prompts[answer.id]
        readingSpeed.note(milliseconds: answer.promptMilliseconds, bytes: prompt.promptBytes)
        let share = lane.up.timeline.end(
            sent.number, promptMilliseconds: answer.promptMilliseconds,
            generationMilliseconds: answer.generationMilliseconds,
            secondsPerByte: readingSpeed.secondsPerByte, at: instant)
        learn(from: answer, to: prompt, sent: sent, share: share)
        lane.prompts[prompt.key] = nil
        if let firstLook = sent.firstLook {
            looks.comeBack(firstLook, isAnswered: true)
            nextPlan = nil
            lane.plan = nil
        }
        let isFirstLook = sent.decision.source == .exploration
        model.countGenerated(
            prompt.judgement.traits, tokens: answer.generatedTokens, read: answer.promptTokens)
        outcome.answers.append(
            RunOutcome.Answer(
                line: prompt.line, group: prompt.group, setting: lane.setting, tokens: answer.generatedTokens,
                shareSeconds: (now - sent.at) / share.requestsUnderWay,
                expectedSpeed: sent.decision.tokensPerSecond,
                speed: answer.generationMilliseconds > 0
                    ? Double(answer.generatedTokens) / answer.generationMilliseconds * 1000 : nil,
                isFirstLook: isFirstLook))
    }

    private mutating func learn(
        from answer: FinishedGeneration, to prompt: SimulatedPrompt, sent: SentPrompt,
        share: LaneTimeline.Share
    ) {
        let traits = prompt.judgement.traits
        let setting = lane.setting
        let isUndisturbed = !share.isFirst && lastStartEnd <= sent.at
        if share.isReadAlone, isUndisturbed {
            model.learnReading(
                setting, tokens: answer.promptTokens, milliseconds: answer.promptMilliseconds)
        }
        if answer.generatedTokens > 1 {
            let observation = try? Observation(
                traits, at: setting, share: share, generatedTokens: answer.generatedTokens,
                draftedTokens: answer.draftedTokens, acceptedTokens: answer.acceptedTokens,
                generationMilliseconds: answer.generationMilliseconds,
                acceptedPerPosition: nil, recentDrafts: lane.recentDrafts)
            if let observation {
                model.learn(observation, timesSteps: isUndisturbed)
            } else {
                model.countRejected()
            }
        }
        guard isUndisturbed, variant.learnsTimes else { return }
        let source = sent.decision.source
        model.learn(
            AnswerTime(
                traits: traits, setting: setting, busySlots: share.requestsUnderWay,
                generatedTokens: answer.generatedTokens, readTokens: answer.promptTokens,
                milliseconds: (now - sent.at) * 1000,
                isChosen: (source == .learned || source == .prior) && sent.decision.setting == setting))
    }
}
