/// Gathers what each feature adds to one workload's log-odds.
struct EvidenceSink: FeatureSink {
    private let weights: ClassifierWeights
    private let position: Int
    private var totals: [String: Double] = [:]
    private var pending: [(name: String, weight: Float)] = []
    private var space = FeatureSpace.leadWords

    init(_ weights: ClassifierWeights, workload: Workload) {
        self.weights = weights
        position = workload.position
    }

    /// The features by name, the loudest first.
    var evidence: [Evidence] {
        totals.map { Evidence(name: $0.key, weight: $0.value) }
            .sorted { (abs($0.weight), $1.name) > (abs($1.weight), $0.name) }
    }

    mutating func open(_ space: FeatureSpace) {
        self.space = space
        pending.removeAll(keepingCapacity: true)
    }

    mutating func add(_ hash: UInt32, name: () -> String) {
        let row = FeatureExtractor.row(hash, in: space)
        let values = SIMD8<Float>(weights.hashed[row]) * weights.step
        pending.append(("\(space.label) \"\(name())\"", against(values)))
    }

    mutating func close() {
        let scale = FeatureExtractor.value(in: space, count: pending.count) / weights.temperature
        for (name, weight) in pending { totals[name, default: 0] += Double(weight * scale) }
    }

    mutating func add(_ property: StructuralFeature) {
        let weight = against(weights.structural[property.rawValue]) * StructuralFeature.strength
        totals["shape: \(property.label)", default: 0] += Double(weight / weights.temperature)
    }

    /// A feature's value for the workload, against its mean over all.
    private func against(_ values: SIMD8<Float>) -> Float {
        values[position] - values.sum() / 8
    }
}
