import Glibc

/// Step costs τ of one engine, fitted from measured cells around the published prior.
///
/// The shape (``CostShape``) is a maximum a posteriori fit. A cell that was measured well then corrects it at its own place,
/// since no such shape is the truth.
struct CostModel: Codable, Sendable, Hashable {
    private enum CodingKeys: String, CodingKey {
        case cells, shape, prior, covariance, count, logScale
    }

    /// Cells kept at most; the least recent go first.
    static let keptCells = 160

    private var constants = Constants.Costs()
    private var priorPrecision = CostShape.priorPrecision(Constants.Costs())
    private(set) var cells: [CostCell.Key: CostCell] = [:]
    private(set) var shape: CostShape
    private var prior: CostShape
    private var covariance: [[Double]] = []
    private(set) var count = 0
    /// log of the engine's general speed against when it was first seen. Cells hold times with this taken out, so
    /// that a changed clock, which slows every setting alike, does not make a setting look bad for having been
    /// measured last.
    private(set) var logScale = 0.0

    init(
        on device: DeviceKind, costRatioAtDepth3 ratio: Double, constants: Constants.Costs = .init()
    ) {
        self.constants = constants
        priorPrecision = CostShape.priorPrecision(constants)
        prior = .prior(on: device, costRatioAtDepth3: ratio)
        shape = prior
        refit()
    }

    /// Learns a step time; `drafts` and `milliseconds` are means over the steps of one request.
    mutating func learn(
        _ setting: DraftSetting, busySlots: Double, drafts: Double, milliseconds: Double, steps: Int
    ) {
        count += 1
        let key = CostCell.Key(
            setting: setting, busySlots: Int(busySlots.rounded()),
            halfDrafts: setting.pMin > 0 ? Int((drafts * 2).rounded()) : 0)
        let logMilliseconds = log(milliseconds)
        if let summary = cells[key]?.summary, summary.count >= 3 {
            let surprise = logMilliseconds - logScale - summary.logMilliseconds
            logScale += constants.scaleGain * min(0.4, max(-0.4, surprise))
        }
        let sample = CostCell.Sample(
            logMilliseconds: logMilliseconds - logScale, drafts: drafts, busySlots: busySlots,
            weight: Double(steps) / (Double(steps) + constants.sampleSteps))
        let before = cells[key]?.summary
        cells[key, default: CostCell()].add(sample, at: setting, number: count, constants: constants)
        if cells.count > Self.keptCells, let oldest = cells.min(by: { $0.value.lastSeen < $1.value.lastSeen })
        {
            cells[oldest.key] = nil
        }
        if before == nil || hasMoved(before, cells[key]?.summary) || count % 16 == 0 { refit() }
    }

    /// Whether a cell says something new: its time moved by half a percent, or it became clearly surer.
    private func hasMoved(_ before: CostCell.Summary?, _ after: CostCell.Summary?) -> Bool {
        guard let before, let after else { return true }
        return abs(before.logMilliseconds - after.logMilliseconds) > 0.005
            || after.variance < 0.85 * before.variance
    }

    /// Whether every figure is finite and the fit is whole, as decoded state must be.
    var isSound: Bool {
        let size = CostShape.parameterCount
        return count >= 0 && logScale.isFinite && shape.isSound && prior.isSound && covariance.count == size
            && covariance.allSatisfy { $0.count == size && $0.allSatisfy(\.isFinite) }
            && cells.values.allSatisfy { $0.isSound(capacity: constants.samples) }
    }

    /// The setting whose step was timed last.
    var lastSetting: DraftSetting? { cells.max { $0.value.lastSeen < $1.value.lastSeen }?.key.setting }

    /// Whether a step was ever timed at the setting, with about that many busy slots if given.
    func hasMeasured(_ setting: DraftSetting, busySlots: Int? = nil) -> Bool {
        cells.keys.contains { $0.setting == setting && (busySlots == nil || $0.busySlots == busySlots) }
    }

    /// The measured cells, in order of setting and slots.
    var measured: [LearnedSummary.Cost] {
        cells.sorted { $0.key < $1.key }.compactMap { key, cell in
            cell.summary.map {
                LearnedSummary.Cost(
                    setting: key.setting, busySlots: key.busySlots,
                    stepMilliseconds: exp($0.logMilliseconds + logScale), draftsPerStep: $0.place.drafts,
                    samples: $0.count, relativeUncertainty: variance(of: cell, $0).squareRoot())
            }
        }
    }

    /// Variance of log τ.
    func variance(_ estimate: CostEstimate) -> Double {
        quadratic(estimate.slopes) + estimate.ownVariance
    }

    /// Variance of log (τ / τ'), in which the common scale cancels.
    func varianceOfRatio(_ estimate: CostEstimate, _ other: CostEstimate) -> Double {
        quadratic(zip(estimate.slopes, other.slopes).map { $0 - $1 })
            + estimate.ownVariance + other.ownVariance
    }

    /// The step cost at a setting with a mean number of drafts.
    func estimate(_ setting: DraftSetting, drafts: Double, busySlots: Double) -> CostEstimate {
        let place = CostPlace(setting, drafts: drafts, busySlots: busySlots)
        let (logCost, slopes) = shape.gradient(place)
        let misfit = constants.misfit * constants.misfit
        var precision = 1 / misfit
        var sum = 0.0
        for key in Self.keys(near: setting, place) {
            guard let cell = cells[key], let summary = cell.summary else { continue }
            let weight = 1 / variance(of: cell, summary)
            precision += weight
            sum += weight * (summary.logMilliseconds - shape.logCost(summary.place))
        }
        let unmeasured = 1 / (misfit * precision)
        return CostEstimate(
            logMilliseconds: logScale + logCost + sum / precision, slopes: slopes.map { $0 * unmeasured },
            ownVariance: 1 / precision)
    }

    /// The cells that speak for a place: its own, and with a threshold those half a draft away.
    private static func keys(near setting: DraftSetting, _ place: CostPlace) -> [CostCell.Key] {
        let slots = Int(place.busySlots.rounded())
        guard setting.pMin > 0 else {
            return [CostCell.Key(setting: setting, busySlots: slots, halfDrafts: 0)]
        }
        let middle = Int((place.drafts * 2).rounded())
        return (middle - 1...middle + 1).map {
            CostCell.Key(setting: setting, busySlots: slots, halfDrafts: $0)
        }
    }

    private func variance(of cell: CostCell, _ summary: CostCell.Summary) -> Double {
        let age = Double(count - cell.lastSeen)
        return summary.variance + age * constants.drift * constants.drift
    }

    private func quadratic(_ vector: [Double]) -> Double {
        var sum = 0.0
        for (row, value) in vector.enumerated() {
            for (column, other) in vector.enumerated() { sum += value * other * covariance[row][column] }
        }
        return max(0, sum)
    }

    private mutating func refit() {
        let points = cells.sorted { $0.key < $1.key }.compactMap { entry in
            entry.value.summary.map {
                ($0, variance(of: entry.value, $0) + constants.misfit * constants.misfit)
            }
        }
        for _ in 0..<12 {
            var system = SymmetricSystem(matrix: priorPrecision)
            let distance = zip(prior.logs, shape.logs).map { $0 - $1 }
            var right = priorPrecision.map { row in
                zip(row, distance).reduce(0) { $0 + $1.0 * $1.1 }
            }
            for (summary, variance) in points {
                let (logCost, slopes) = shape.gradient(summary.place)
                let residual = summary.logMilliseconds - logCost
                let weight = 1 / variance
                system.add(slopes, weight: weight)
                for index in right.indices { right[index] += weight * slopes[index] * residual }
            }
            covariance = system.inverse()
            var largest = 0.0
            for row in right.indices {
                let step = zip(covariance[row], right).reduce(0) { $0 + $1.0 * $1.1 }
                shape.logs[row] += min(1.5, max(-1.5, step))
                largest = max(largest, abs(step))
            }
            if largest < 1e-5 { break }
        }
    }
}
