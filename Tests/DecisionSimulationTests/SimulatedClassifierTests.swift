import EngineSimulation
import Testing
import Workload

@testable import DecisionSimulation

/// The stand-in for the classifier errs as the real one does, and is as much too sure.
@Suite struct SimulatedClassifierTests {
    private let matrix = ConfusionMatrix.unseenPrompts

    @Test func everyRowIsADistribution() {
        for row in matrix.shares {
            #expect(row.count == Workload.allCases.count)
            #expect(abs(row.reduce(0, +) - 1) < 1e-9)
            #expect(row.allSatisfy { $0 > 0 })
        }
    }

    @Test func errorsAreAsFrequentAsWasMeasured() {
        let matrix = ConfusionMatrix(counts: [[90, 10], [0, 100]], accuracy: 0.8)
        let accuracy = (matrix.shares[0][0] + matrix.shares[1][1]) / 2
        #expect(abs(accuracy - 0.8) < 1e-9)
        #expect(matrix.shares[0][1] > matrix.shares[1][0], "the one confusion that was seen is the likelier")
    }

    @Test func labelsFollowTheMatrix() {
        let classifier = SimulatedClassifier()
        var random = RandomStream(seed: 1)
        let draws = 4000
        for (row, workload) in Workload.allCases.enumerated() {
            let right = (0..<draws).count { _ in
                classifier.distribution(of: workload, random: &random).label == workload
            }
            #expect(abs(Double(right) / Double(draws) - matrix.shares[row][row]) < 0.03, "\(workload)")
        }
    }

    /// Of prompts that are asked for as often as the matrix has them, how far confidence is from the share that is right, and
    /// how far above it.
    private func calibration(of classifier: SimulatedClassifier) -> (error: Double, excess: Double) {
        var random = RandomStream(seed: 2)
        var bins: [Int: (count: Double, confidence: Double, right: Double)] = [:]
        let frequencies = [43, 58, 165, 20, 34, 14, 62, 71].map { Double($0) }
        let draws = 20_000
        for _ in 0..<draws {
            let workload = Workload.allCases[random.place(by: frequencies)]
            let said = classifier.distribution(of: workload, random: &random)
            var bin = bins[Int(said.confidence * 10)] ?? (0, 0, 0)
            bin.count += 1
            bin.confidence += said.confidence
            if said.label == workload { bin.right += 1 }
            bins[Int(said.confidence * 10)] = bin
        }
        let differences = bins.values.map { ($0.confidence - $0.right) / Double(draws) }
        return (differences.map(abs).reduce(0, +), differences.reduce(0, +))
    }

    @Test func confidenceThatIsSetWithTheSamePromptsIsTheShareThatIsRight() {
        let (error, _) = calibration(of: SimulatedClassifier(matrix, believed: matrix))
        #expect(error < 0.03, "\(error)")
    }

    /// On the prompts that were kept aside the calibration error is 0.072 (docs/classifier.md).
    @Test func unseenPromptsAreTakenForSurerThanTheyAre() {
        let (error, excess) = calibration(of: SimulatedClassifier())
        #expect(abs(error - 0.072) < 0.03, "\(error)")
        #expect(excess > 0.03, "\(excess)")
    }
}
