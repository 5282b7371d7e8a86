import Dispatching
import EngineSimulation
import Speculation

/// The daemon with one batch and one engine, from the start of both, in counted time.
///
/// What is decided, planned, measured and learned is the daemon's own code (``Planning``, ``CurrentPlan``, ``FirstLooks``,
/// ``LearnedModel``, ``LaneTimeline`` and the like). What is here is the order of events, as `Dispatcher` has it for one
/// device: the engine's start and its timing, a lane that takes prompts by its plan, its change. Nothing is known of a
/// prompt that the daemon is not told.
package struct SimulatedDaemon {
    /// What it works with; for the ablation.
    package struct Variant: Sendable {
        package var constants = Constants()
        package var worstCaseFactor = 2.0
        package var classification = Classification.probabilities
        /// Whether a new engine is timed before the first prompt.
        package var timesNewEngines = true
        /// Whether what answers took by the clock is learned.
        package var learnsTimes = true

        package init() {}
    }

    /// What the daemon is told of a prompt's workload.
    package enum Classification: Sendable {
        /// The classifier's probabilities.
        case probabilities
        /// Its label, as if that were certain.
        case label
        /// Nothing: one group for all.
        case none
    }

    /// It has not come to an end.
    struct Standstill: Error, CustomStringConvertible {
        let seconds: Double
        var description: String { "the simulated daemon serves nothing any more after \(seconds) s" }
    }

    /// Before a lane tries again to take what could not be had, as `Dispatcher` has it.
    static let pauseAfterNothing = 0.25
    /// Before a lane thinks its plan over that has as many prompts as it is to have. The daemon does twice a second; but
    /// until an answer comes nothing is new to it but the time.
    static let pauseWhileBusy = 10.0
    private static let longestRun = 1e7

    let site: SimulatedSite
    let batch: SimulatedBatch
    let variant: Variant
    let choice: Planning.Choice
    let planner = LanePlanner()
    let policy: DepthPolicy
    let looks = FirstLooks()
    let readingSpeed = ReadingSpeed()
    let origin = ContinuousClock.now
    var model: LearnedModel
    var queue: SimulatedQueue
    var changeCost = ChangeCost()
    var lane: SimulatedLane
    /// Engines that have served and wait in memory.
    var waitingEngines: [UpEngine] = []
    /// The setting that the lane gives way to; nil while it takes prompts.
    var leaving: DraftSetting?
    /// What the next lane was decided for.
    var nextPlan: CurrentPlan?
    /// When the start of an engine that began last has ended.
    var lastStartEnd = -Double.infinity
    /// Seconds since the daemon was started.
    var now = 0.0
    var outcome = RunOutcome()

    package init(_ site: SimulatedSite, _ batch: SimulatedBatch, variant: Variant = Variant()) {
        self.site = site
        self.variant = variant
        switch variant.classification {
        case .probabilities: self.batch = batch
        case .label: self.batch = batch.labelled
        case .none: self.batch = batch.unclassified
        }
        choice = site.choice
        policy = DepthPolicy(
            candidates: site.candidates, worstCaseFactor: variant.worstCaseFactor)
        model = LearnedModel(
            fingerprint: site.fingerprint, priors: .published, constants: variant.constants)
        queue = SimulatedQueue(self.batch.prompts)
        lane = SimulatedLane(
            site.engine(at: .off, origin: origin, now: 0), at: .off, slots: site.slots, now: 0)
    }

    /// Serves the batch to its end.
    ///
    /// - Throws: ``Standstill`` if it does not come to one.
    package mutating func run() throws -> RunOutcome {
        startUp()
        while queue.waiting > 0 || lane.inFlight > 0 {
            let deadline = takePrompts()
            if let answer = lane.up.nextAnswer(), answer <= deadline ?? .infinity {
                now = answer
                for answer in lane.up.takeAnswers() { finish(answer) }
            } else if let deadline {
                now = max(now, deadline)
            } else if leaving == nil || lane.inFlight > 0 {
                throw Standstill(seconds: now)
            }
            if let leaving, lane.inFlight == 0 { change(to: leaving) }
            guard now < Self.longestRun else { throw Standstill(seconds: now) }
        }
        outcome.seconds = now
        return outcome
    }

    var planning: Planning { Planning(choice: choice, planner: planner, policy: policy, model: model) }

    /// The present, as the daemon's types have it.
    var instant: ContinuousClock.Instant { origin + .seconds(now) }

    func seconds(at instant: ContinuousClock.Instant) -> Double {
        origin.duration(to: instant) / .seconds(1)
    }
}

extension SimulatedSite {
    /// An engine that is up from `now` on, in seconds from `origin`.
    func engine(at setting: DraftSetting, origin: ContinuousClock.Instant, now: Double) -> UpEngine {
        UpEngine(
            SimulatedEngine(
                profile: profile,
                settings: .init(slots: slots, isDrafting: setting.isDrafting || choosesDepth, seed: seed)),
            at: setting, timeline: LaneTimeline(at: origin), now: now)
    }
}
