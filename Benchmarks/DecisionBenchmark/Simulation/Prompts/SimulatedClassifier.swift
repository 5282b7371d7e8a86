import EngineSimulation
import Workload

/// Says of a prompt what the workload classifier would: it errs as often and in the same ways, and is as much too sure.
///
/// What it says is drawn from a Dirichlet distribution around the probabilities that the label alone gives, with one more
/// observation: the prompt's own workload. Were these probabilities true, each workload would be as frequent as it says among
/// prompts of which it says the same. They are those of the prompts that its confidence was set with, on which it errs less.
package struct SimulatedClassifier: Sendable {
    /// How far what is said of prompts with one label scatters: the observations that their mean is worth.
    private static let concentration = 5.0

    private let matrix: ConfusionMatrix
    private let means: [[Double]]

    /// - Parameters:
    ///   - matrix: how it errs.
    ///   - believed: how it errs by its own confidence.
    package init(
        _ matrix: ConfusionMatrix = .unseenPrompts, believed: ConfusionMatrix = .labelledPrompts
    ) {
        self.matrix = matrix
        means = believed.shares.indices.map(believed.probabilities(takenFor:))
    }

    package func distribution(
        of workload: Workload, random: inout RandomStream
    ) -> WorkloadDistribution {
        let own = Workload.allCases.firstIndex(of: workload) ?? 0
        let label = random.place(by: matrix.shares[own])
        var said = WorkloadDistribution(certain: Workload.allCases[label])
        // Rarely another workload comes out on top; then it is drawn again.
        for _ in 0..<16 {
            let drawn = means[label].indices.map { place in
                random.gamma(shape: Self.concentration * means[label][place] + (place == own ? 1 : 0))
            }
            let distribution = WorkloadDistribution(probabilities: drawn)
            guard distribution.label == Workload.allCases[label] else { continue }
            said = distribution
            break
        }
        return said
    }
}
