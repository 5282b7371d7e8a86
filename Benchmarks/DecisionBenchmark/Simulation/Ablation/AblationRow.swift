import Speculation

/// The daemon with one thing taken away or changed.
package struct AblationRow: Sendable {
    package let name: String
    /// Whether one batch from a cold start can show what it is worth.
    package let isTried: Bool
    package let change: @Sendable (inout SimulatedDaemon.Variant) -> Void

    package init(
        _ name: String, isTried: Bool = true,
        _ change: @escaping @Sendable (inout SimulatedDaemon.Variant) -> Void
    ) {
        self.name = name
        self.isTried = isTried
        self.change = change
    }

    package var variant: SimulatedDaemon.Variant {
        var variant = SimulatedDaemon.Variant()
        change(&variant)
        return variant
    }

    /// As good as nothing, where nothing itself would be divided by.
    private static let tiny = 1e-6
    /// As good as for ever.
    private static let huge = 1e9

    /// Each part of what estimates and chooses, taken away. Lookups of n-grams are not among them: nothing in the simulation
    /// looks drafts up.
    package static let parts: [AblationRow] = [
        AblationRow("no batch level", isTried: false) { $0.constants.acceptance.batch = nil },
        AblationRow("no template level") { $0.constants.acceptance.template = nil },
        AblationRow("no level below the workload") {
            $0.constants.acceptance.batch = nil
            $0.constants.acceptance.template = nil
        },
        AblationRow("γ as published") {
            $0.constants.acceptance.workload.logGamma = tiny
            $0.constants.acceptance.batch?.logGamma = tiny
            $0.constants.acceptance.template?.logGamma = tiny
        },
        AblationRow("drafts at a threshold as read") {
            $0.constants.acceptance.thresholdSteps = huge
            $0.constants.acceptance.calibrationSteps = huge
        },
        AblationRow("no correction of the shape at a place") { $0.constants.costs.misfit = 1e-3 },
        AblationRow("the median of few, no lower quantile") { $0.constants.costs.quantilePull = 0 },
        AblationRow("no speed correction") { $0.constants.costs.scaleGain = 0 },
        AblationRow("nothing grows old", isTried: false) {
            $0.constants.costs.drift = 0
            $0.constants.times.drift = 0
        },
        AblationRow("no reading") { $0.constants.reading.readings = 0 },
        AblationRow("lengths as assumed, and so no reading") { $0.constants.lengths.parentAnswers = huge },
        AblationRow("no clock, and so no guard") { $0.learnsTimes = false },
        AblationRow("kinds by the clock, not places") { $0.constants.times.usualDeviation = 0.01 },
        AblationRow("surprises are believed") { $0.constants.times.surprise = huge },
        AblationRow("no guard") { $0.constants.choosing.requiredDeviations = 0 },
        AblationRow("new engines are not timed") { $0.timesNewEngines = false },
        AblationRow("no first looks") { $0.constants.choosing.evidenceOfAKind = 0 },
        AblationRow("slots that fall idle cost nothing") { $0.constants.choosing.drain = 0 },
        AblationRow("the label for certain") { $0.classification = .label },
        AblationRow("no classifier") { $0.classification = .none },
    ]
}
