import Glibc

/// What estimating and choosing assume. The defaults are what the daemon works with; the ablation
/// (`docs/decisions.md`) changes one at a time to see what it is worth.
package struct Constants: Sendable, Hashable {
    package var acceptance = Acceptance()
    package var costs = Costs()
    package var reading = Reading()
    package var times = Times()
    package var lengths = Lengths()
    package var choosing = Choosing()

    package init() {}

    /// How far groups of a level differ from their parent, as standard deviations of logit α and log γ.
    package struct Spread: Sendable, Hashable {
        package var logit: Double
        package var logGamma: Double

        package init(logit: Double, logGamma: Double) {
            self.logit = logit
            self.logGamma = logGamma
        }
    }

    /// Of ``AcceptanceModel``.
    package struct Acceptance: Sendable, Hashable {
        package var workload = Spread(logit: 0.6, logGamma: 0.06)
        /// nil: no such level, as of templates.
        package var batch: Spread? = Spread(logit: 0.3, logGamma: 0.02)
        package var template: Spread? = Spread(logit: 0.35, logGamma: 0.02)
        /// Workloads less probable than this are left out of a mixture.
        package var leastShare = 0.04
        /// Requests remembered, about: each fades the older ones by one part in this many.
        package var memory = 300.0
        /// Steps of one request at which its own peculiarity weighs as much as the chance of its steps.
        package var requestSteps = 40.0
        /// Steps after which a group's own drafts at a confidence threshold weigh as much as its parent's.
        package var thresholdSteps = 50.0
        /// Share of the drafts accepted at a threshold by which they are unsure before any were seen.
        package var thresholdDeviation = 0.25
        /// Steps that the prior's reading of a threshold weighs.
        package var calibrationSteps = 60.0
    }

    /// Of ``CostModel``.
    package struct Costs: Sendable, Hashable {
        /// Standard deviations of the prior's logarithms of T, v, j and δ.
        package var deviations = [2.5, 0.8, 0.9, 0.7]
        /// Of a further factor that v, j and δ have in common, since they make up one published figure.
        package var commonDeviation = 0.9
        /// Standard deviation of log τ by which a real engine differs from the fitted shape at a place.
        package var misfit = 0.06
        /// Growth of a cell's standard deviation per observation elsewhere (a random walk): how it forgets.
        package var drift = 0.003
        /// Share of a sample's surprise that is taken for a change of the engine's general speed.
        package var scaleGain = 0.1
        /// Samples that a cell keeps.
        package var samples = 24
        /// Standard deviation of one request's log step time, believed before the cell has its own scatter, and the
        /// samples that it counts for.
        package var scatter = 0.1
        package var scatterSamples = 4.0
        /// Steps at which a sample has half its weight.
        package var sampleSteps = 12.0
        /// By how much the quantile that a cell speaks by is under the median where there is one sample: disturbances
        /// only ever make a step slower.
        package var quantilePull = 0.25
    }

    /// Of ``ReadingModel``.
    package struct Reading: Sendable, Hashable {
        /// Readings kept of either kind.
        package var readings = 15
        /// Tokens from which on a reading tells what a token takes, and not what a request takes.
        package var leastTokens = 16
        /// How much longer reading takes with drafting, believed before both were seen, and the readings it counts
        /// for: a head is one layer among some dozens.
        package var priorRatio = 1.03
        package var priorReadings = 2.0
    }

    /// Of ``TimeAccount``.
    package struct Times: Sendable, Hashable {
        /// A surprise of more than this, a logarithm, is believed in full only where the next answer at the place is
        /// one too: a third.
        package var surprise = log(4.0 / 3)
        /// Answers from which a place counts as measured.
        package var measuredAnswers = 3.0
        /// Standard deviation by which places of a kind, and kinds, differ from each other beyond the model.
        package var usualDeviation = 0.25
        /// Answers remembered, about.
        package var memory = 30.0
        /// Scatter of one answer believed before there are many, and the answers that it counts for.
        package var scatter = 0.2
        package var scatterAnswers = 2.0
        /// Growth of a place's standard deviation per answer elsewhere, as of a cell of step costs.
        package var drift = 0.003
    }

    /// Of ``LengthModel``.
    package struct Lengths: Sendable, Hashable {
        /// Answers that a group remembers, about.
        package var memory = 50.0
        /// Answers of its own at which a group weighs as much as its parent.
        package var parentAnswers = 2.0
    }

    /// Of decisions and plans.
    package struct Choosing: Sendable, Hashable {
        /// Standard deviations by which an expected gain must exceed a change's cost before an incumbent is left: a
        /// probability of two thirds.
        package var requiredDeviations = 0.43
        /// A lane runs at least this many times the cost of a switch before waiting prompts may end it.
        package var leastRunInSwitches = 10.0
        /// More slots must promise at least this much, as a share; fewer are kinder to a single prompt.
        package var leastSlotGain = 0.03
        /// How much is believed of what slots that fall idle at a lane's end cost.
        package var drain = 1.0
        /// How much longer lookups of n-grams are taken to be where no gain was measured.
        package var unmeasuredLookups = 2.0
        /// Faded requests that prove a kind: one that was seen and mostly is of it.
        package var evidenceOfAKind = 0.5
    }
}
