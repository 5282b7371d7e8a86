/// Adds up the weights of features as they come: no storage, no allocation.
struct ScoringSink: FeatureSink {
    private(set) var scores: SIMD8<Float>
    private let rows: UnsafeBufferPointer<SIMD8<Int8>>
    private let structural: UnsafeBufferPointer<SIMD8<Float>>
    private let step: Float
    private var space = FeatureSpace.leadWords
    private var sum = SIMD8<Int32>.zero
    private var count = 0

    init(
        _ weights: ClassifierWeights, rows: UnsafeBufferPointer<SIMD8<Int8>>,
        structural: UnsafeBufferPointer<SIMD8<Float>>
    ) {
        scores = weights.bias
        step = weights.step
        self.rows = rows
        self.structural = structural
    }

    mutating func open(_ space: FeatureSpace) {
        self.space = space
        sum = .zero
        count = 0
    }

    @inline(__always)
    mutating func add(_ hash: UInt32, name: () -> String) {
        let row = FeatureExtractor.row(hash, in: space)
        sum &+= SIMD8<Int32>(truncatingIfNeeded: rows[row])
        count += 1
    }

    mutating func close() {
        guard count > 0 else { return }
        scores += SIMD8<Float>(sum) * (step * FeatureExtractor.value(in: space, count: count))
    }

    mutating func add(_ property: StructuralFeature) {
        scores += structural[property.rawValue] * StructuralFeature.strength
    }
}
