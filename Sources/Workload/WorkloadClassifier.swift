import Foundation

/// Tells what a request asks for: a multinomial linear model over hashed n-grams and properties of the request.
///
/// A value holds about half a megabyte of weights, shared by its copies. Classifying looks at the first 40 kB and
/// the last 24 kB of a longer message, so its cost is bounded. How the weights were made and how right they are is
/// in `docs/classifier.md`.
public struct WorkloadClassifier: Sendable {
    /// Below this probability of the best workload a request counts as unclear.
    static let unclearBelow = 0.28
    /// What is said of a request without anything to read.
    static let unclear = WorkloadDistribution(probabilities: [1, 1, 1, 1, 1, 1, 2, 1])

    private let weights: ClassifierWeights
    private let extractor = FeatureExtractor()

    /// The classifier with the weights inside the program.
    ///
    /// - Throws: ``ClassifierResourceError`` when they are damaged.
    public init() throws {
        weights = try ClassifierWeights.builtIn()
    }

    /// A classifier with other weights, as `Models/workload-classifier/train` writes them.
    ///
    /// - Throws: ``ClassifierResourceError`` when they are damaged or made for another version.
    public init(weights: [UInt8]) throws {
        self.weights = try ClassifierWeights(weights)
    }

    /// How probable each workload is for a request.
    ///
    /// A request that is empty, carries only images, or is encoded bytes is ``Workload/analysis`` with low
    /// confidence; so is one for which no workload stands out.
    public func classify(_ request: WorkloadRequest) -> Classification {
        let (scores, matter) = weights.hashed.withUnsafeBufferPointer { rows in
            weights.structural.withUnsafeBufferPointer { structural in
                var sink = ScoringSink(weights, rows: rows, structural: structural)
                let matter = extractor.extract(request, into: &sink)
                return (sink.scores, matter)
            }
        }
        if matter.isEmpty || matter.isNoise { return Classification(distribution: Self.unclear) }
        let distribution = Self.softmax(scores / weights.temperature)
        return Classification(
            distribution: distribution.confidence < Self.unclearBelow
                ? Self.leaning(distribution) : distribution)
    }

    /// The features, at most `limit`, that spoke loudest for (or, with a negative weight, against) the label of a request.
    ///
    /// - Returns: the loudest first; empty for a request without anything to read.
    public func evidence(for request: WorkloadRequest, limit: Int) -> [Evidence] {
        var sink = EvidenceSink(weights, workload: classify(request).label)
        let matter = extractor.extract(request, into: &sink)
        guard !matter.isEmpty, !matter.isNoise else { return [] }
        return Array(sink.evidence.prefix(max(limit, 0)))
    }

    private static func softmax(_ scores: SIMD8<Float>) -> WorkloadDistribution {
        let largest = scores.max()
        var powers = SIMD8<Double>.zero
        for index in scores.indices { powers[index] = exp(Double(scores[index] - largest)) }
        return WorkloadDistribution(weights: powers)
    }

    /// The same distribution with `analysis` raised to the most probable.
    private static func leaning(_ distribution: WorkloadDistribution) -> WorkloadDistribution {
        let raised = distribution.confidence * 1.05
        return WorkloadDistribution(
            probabilities: Workload.allCases.map { $0 == .analysis ? raised : distribution[$0] })
    }
}
