import Intake
import PromptBatch
import Spool
import Synchronization
import Workload

/// What the daemon has done since it started, counted for those who watch it.
///
/// Series are few, whatever comes: prompts are told apart by workload and depth, engines by their configured names.
package final class DaemonMetrics: Sendable {
    package enum Outcome: String, Sendable { case answered, failed, cancelled, expired }

    /// What prompts are told apart by.
    package struct PromptLabels: Sendable, Hashable {
        package let workload: Workload
        /// Nil where the engine decides, or the prompt was not sent.
        package let depth: Int?

        init(workload: Workload, depth: Int?) {
            self.workload = workload
            self.depth = depth
        }

        /// Of a prompt that was sent.
        init(_ attempt: Attempt) {
            let isKnown = !attempt.lane.choosesItsDepth && !attempt.choosesDrafts
            self.init(
                workload: attempt.assignment.judgement.traits.distribution.label,
                depth: isKnown ? attempt.lane.setting.depth : nil)
        }

        /// Of a prompt that was not sent.
        package init(notSent prompt: QueuedPrompt) {
            self.init(
                workload: PromptJudge.decode(prompt.traits).traits.distribution.label, depth: nil)
        }
    }

    package struct OutcomeLabels: Sendable, Hashable {
        package let outcome: Outcome
        package let prompt: PromptLabels
    }

    /// What answers took. Engines say how many tokens; as fractions no sum of theirs is too large.
    package struct Work: Sendable {
        package var promptTokens = 0.0
        package var cachedTokens = 0.0
        package var generatedTokens = 0.0
        package var draftedTokens = 0.0
        package var acceptedTokens = 0.0
        package var speed = Histogram([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000])
        /// The sum of the squares of what ``speed`` has counted.
        var squaredSpeeds = 0.0
        package var acceptance = Histogram([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    }

    /// What happened to an engine.
    package struct EngineEvents: Sendable {
        package var starts = 0
        package var startSeconds = 0.0
        package var failedStarts = 0
        package var losses = 0
        package var laneChanges = 0
        package var laneChangeSeconds = 0.0
    }

    package struct Counts: Sendable {
        package var outcomes: [OutcomeLabels: Int] = [:]
        package var work: [PromptLabels: Work] = [:]
        /// Predicted over measured tokens a second, by what the decision rested on.
        package var predictions: [TimingRecord.DraftDecision.Source: Histogram] = [:]
        package var engines: [String: EngineEvents] = [:]
        /// The last ones, newest last.
        package var laneStarts: [SpoolStatus.LaneStart] = []
    }

    private static let laneStartsKept = 30

    private static let predictionBounds = [0.5, 0.67, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2]

    private let state = Mutex(Counts())

    package init() {}

    package var counts: Counts { state.withLock { $0 } }

    // MARK: Prompts

    /// A prompt was answered, as its record says.
    func noteAnswer(_ record: TimingRecord) {
        let labels = PromptLabels(workload: record.workload.label, depth: record.decision.depth)
        let tokens = record.tokens
        let measured = record.timing.tokensPerSecond
        state.withLock { state in
            state.outcomes[OutcomeLabels(outcome: .answered, prompt: labels), default: 0] += 1
            var work = state.work[labels] ?? Work()
            work.promptTokens += Double(tokens.prompt ?? 0)
            work.cachedTokens += Double(tokens.cached ?? 0)
            work.generatedTokens += Double(tokens.generated ?? 0)
            work.draftedTokens += Double(tokens.drafted ?? 0)
            work.acceptedTokens += Double(tokens.accepted ?? 0)
            if let measured, measured.isFinite {
                work.speed.observe(measured)
                work.squaredSpeeds += measured * measured
            }
            if let drafted = tokens.drafted, let accepted = tokens.accepted, drafted > 0 {
                work.acceptance.observe(Double(accepted) / Double(drafted))
            }
            state.work[labels] = work
            guard let measured, measured > 0, let predicted = record.decision.predicted.tokensPerSecond
            else { return }
            var predictions = state.predictions[record.decision.source] ?? Histogram(Self.predictionBounds)
            predictions.observe(predicted / measured)
            state.predictions[record.decision.source] = predictions
        }
    }

    /// Prompts ended without an answer.
    package func note(_ outcome: Outcome, _ labels: PromptLabels) {
        state.withLock { $0.outcomes[OutcomeLabels(outcome: outcome, prompt: labels), default: 0] += 1 }
    }

    // MARK: Engines

    func noteStart(of engine: String, seconds: Double) {
        change(engine) {
            $0.starts += 1
            $0.startSeconds += seconds
        }
    }

    func noteFailedStart(of engine: String) { change(engine) { $0.failedStarts += 1 } }

    /// An engine ended, or fell silent, that had answered before.
    func noteLoss(of engine: String) { change(engine) { $0.losses += 1 } }

    /// A lane took the place of one at another setting.
    ///
    /// - Parameter seconds: in which no slot worked.
    func noteLaneChange(of engine: String, seconds: Double) {
        change(engine) {
            $0.laneChanges += 1
            $0.laneChangeSeconds += seconds
        }
    }

    /// A lane began to serve.
    func note(_ start: SpoolStatus.LaneStart) { note([start]) }

    /// Lanes began to serve, one after the other.
    package func note(_ starts: [SpoolStatus.LaneStart]) {
        state.withLock { state in
            state.laneStarts += starts
            state.laneStarts.removeFirst(max(0, state.laneStarts.count - Self.laneStartsKept))
        }
    }

    private func change(_ engine: String, _ body: (inout EngineEvents) -> Void) {
        state.withLock { body(&$0.engines[engine, default: EngineEvents()]) }
    }
}
