import Dispatching
import EngineSimulation
import Speculation

/// A batch at one setting, in input order: what the daemon does where there is nothing to choose.
package struct FixedRun {
    private var site: SimulatedSite
    private let setting: DraftSetting
    private let batch: SimulatedBatch
    private var prompts: [SimulatedPrompt] { batch.prompts }

    package init(_ site: SimulatedSite, at setting: DraftSetting, _ batch: SimulatedBatch) {
        self.site = site
        self.site.choosesDepth = false
        self.setting = setting
        self.batch = batch
    }

    /// Serves the batch to its end.
    package func run() -> RunOutcome {
        let origin = ContinuousClock.now
        var now = site.startSeconds
        var up = site.engine(at: setting, origin: origin, now: now)
        greet(&up, now: &now)
        var outcome = RunOutcome()
        outcome.starts = 1
        var sent: [Int: (at: Double, number: Int)] = [:]
        var next = 0
        while next < prompts.count || !sent.isEmpty {
            while next < prompts.count, sent.count < site.slots {
                let number = up.timeline.begin(
                    promptBytes: prompts[next].promptBytes, at: origin + .seconds(now))
                sent[next] = (now, number)
                up.submit(prompts[next].task(next, at: setting), at: now)
                next += 1
            }
            guard let time = up.nextAnswer() else { break }
            now = time
            for answer in up.takeAnswers() {
                guard let (at, number) = sent.removeValue(forKey: answer.id) else { continue }
                let share = up.timeline.end(
                    number, promptMilliseconds: answer.promptMilliseconds,
                    generationMilliseconds: answer.generationMilliseconds, secondsPerByte: 0,
                    at: origin + .seconds(now))
                outcome.answers.append(
                    RunOutcome.Answer(
                        line: prompts[answer.id].line, group: prompts[answer.id].group, setting: setting,
                        tokens: answer.generatedTokens,
                        shareSeconds: (now - at) / share.requestsUnderWay, expectedSpeed: nil, speed: nil,
                        isFirstLook: false))
            }
        }
        outcome.seconds = now
        return outcome
    }

    /// The daemon sees that an engine answers before it sends prompts.
    private func greet(_ up: inout UpEngine, now: inout Double) {
        up.submit(
            GenerationTask(
                id: 0, promptTokens: 35, behaviour: batch.probe, maximumTokens: EngineProbe.answerTokens,
                depth: setting.depth, pMin: setting.pMin, random: RandomStream(seed: site.seed, 0x62E7)),
            at: now)
        while let time = up.nextAnswer() {
            now = time
            _ = up.takeAnswers()
        }
    }
}
