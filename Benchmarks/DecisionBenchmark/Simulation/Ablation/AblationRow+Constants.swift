import Speculation

extension AblationRow {
    /// Changes one constant by a factor.
    typealias Scaling = @Sendable (inout SimulatedDaemon.Variant, Double) -> Void

    /// Each constant doubled, and halved.
    package static let scaledConstants: [AblationRow] = scalings.flatMap { name, scale in
        [
            AblationRow("\(name) × 2") { scale(&$0, 2) },
            AblationRow("\(name) ÷ 2") { scale(&$0, 0.5) },
        ]
    }

    /// A row for each constant.
    static let scalings: [(name: String, scale: Scaling)] = [
        acceptance, costs, times, lengthsAndReading, choosing,
    ].flatMap { $0 }

    private static let acceptance: [(name: String, scale: Scaling)] = [
        ("spread of workloads", { scale(&$0.constants.acceptance.workload, $1) }),
        ("spread of batches", { scale(&$0.constants.acceptance.batch, $1) }),
        ("spread of templates", { scale(&$0.constants.acceptance.template, $1) }),
        ("least share of a workload", { $0.constants.acceptance.leastShare *= $1 }),
        ("memory of requests", { $0.constants.acceptance.memory *= $1 }),
        ("steps of a request", { $0.constants.acceptance.requestSteps *= $1 }),
        ("steps at a threshold", { $0.constants.acceptance.thresholdSteps *= $1 }),
        ("doubt at a threshold", { $0.constants.acceptance.thresholdDeviation *= $1 }),
        ("steps that a threshold's reading weighs", { $0.constants.acceptance.calibrationSteps *= $1 }),
    ]

    private static let costs: [(name: String, scale: Scaling)] = [
        (
            "doubt of a device's costs",
            { variant, factor in
                variant.constants.costs.deviations = variant.constants.costs.deviations.map { $0 * factor }
            }
        ),
        ("common doubt of them", { $0.constants.costs.commonDeviation *= $1 }),
        ("misfit of the shape", { $0.constants.costs.misfit *= $1 }),
        ("drift of a cell", { $0.constants.costs.drift *= $1 }),
        ("gain of the speed correction", { $0.constants.costs.scaleGain *= $1 }),
        (
            "samples of a cell",
            { $0.constants.costs.samples = Int(Double($0.constants.costs.samples) * $1) }
        ),
        ("scatter of a cell", { $0.constants.costs.scatter *= $1 }),
        ("samples that its scatter counts for", { $0.constants.costs.scatterSamples *= $1 }),
        ("steps of a sample", { $0.constants.costs.sampleSteps *= $1 }),
        ("pull of the quantile", { $0.constants.costs.quantilePull *= $1 }),
    ]

    private static let times: [(name: String, scale: Scaling)] = [
        ("surprise", { $0.constants.times.surprise *= $1 }),
        ("answers of a measured place", { $0.constants.times.measuredAnswers *= $1 }),
        ("usual deviation of places", { $0.constants.times.usualDeviation *= $1 }),
        ("memory of a place", { $0.constants.times.memory *= $1 }),
        ("scatter of an answer", { $0.constants.times.scatter *= $1 }),
        ("answers that its scatter counts for", { $0.constants.times.scatterAnswers *= $1 }),
        ("drift of a place", { $0.constants.times.drift *= $1 }),
    ]

    private static let lengthsAndReading: [(name: String, scale: Scaling)] = [
        ("memory of lengths", { $0.constants.lengths.memory *= $1 }),
        ("answers that a parent's length weighs", { $0.constants.lengths.parentAnswers *= $1 }),
        (
            "readings kept",
            { $0.constants.reading.readings = Int(Double($0.constants.reading.readings) * $1) }
        ),
        (
            "tokens of a reading",
            { $0.constants.reading.leastTokens = Int(Double($0.constants.reading.leastTokens) * $1) }
        ),
        (
            "dearer reading with a head",
            { $0.constants.reading.priorRatio = 1 + ($0.constants.reading.priorRatio - 1) * $1 }
        ),
        ("readings that this counts for", { $0.constants.reading.priorReadings *= $1 }),
    ]

    private static let choosing: [(name: String, scale: Scaling)] = [
        ("worst case of a first look", { $0.worstCaseFactor = 1 + ($0.worstCaseFactor - 1) * $1 }),
        ("required deviations", { $0.constants.choosing.requiredDeviations *= $1 }),
        ("least run of a lane", { $0.constants.choosing.leastRunInSwitches *= $1 }),
        ("least gain of slots", { $0.constants.choosing.leastSlotGain *= $1 }),
        ("drain", { $0.constants.choosing.drain *= $1 }),
        ("lookups not measured", { $0.constants.choosing.unmeasuredLookups *= $1 }),
        ("evidence of a kind", { $0.constants.choosing.evidenceOfAKind *= $1 }),
    ]

    private static func scale(_ spread: inout Constants.Spread, _ factor: Double) {
        spread.logit *= factor
        spread.logGamma *= factor
    }

    private static func scale(_ spread: inout Constants.Spread?, _ factor: Double) {
        spread?.logit *= factor
        spread?.logGamma *= factor
    }
}
