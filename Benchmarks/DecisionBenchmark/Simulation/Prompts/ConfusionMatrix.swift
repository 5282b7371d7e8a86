import Workload

/// How often the workload classifier takes prompts of one workload for those of another.
package struct ConfusionMatrix: Sendable, Hashable {
    /// A row for what a prompt is, a column for what it is taken for, both in the order of `Workload.allCases`. Each
    /// row adds up to 1.
    package let shares: [[Double]]
    /// How often each workload is asked for.
    private let frequencies: [Double]

    /// Rows and columns as docs/classifier.md has them, "How right it is": five-fold cross-validation over 467 labelled
    /// prompts, means of three.
    private static let crossValidated: [[Double]] = [
        [40, 1, 1, 0, 0, 1, 0, 0],
        [0, 53, 2, 0, 0, 0, 2, 1],
        [1, 2, 152, 0, 0, 0.7, 5, 4.3],
        [0, 0, 0, 20, 0, 0, 0, 0],
        [0, 0, 0, 0, 34, 0, 0, 0],
        [0, 0, 0, 0, 1, 12, 0, 1],
        [0, 0, 4.3, 0, 0, 0, 58, 0],
        [0, 0, 4, 0, 0.7, 1, 4, 61],
    ]

    /// The classifier on prompts that nobody here has seen: those confusions, as frequent altogether as on the 1105
    /// prompts that were kept aside (docs/classifier.md), whose own confusions are not known.
    package static let unseenPrompts = ConfusionMatrix(counts: crossValidated, accuracy: 0.866)

    /// The classifier on the prompts that its confidence was set with: as cross-validated.
    package static let labelledPrompts = ConfusionMatrix(counts: crossValidated, accuracy: 0.921)

    /// - Parameters:
    ///   - counts: prompts by what they are and what they are taken for.
    ///   - accuracy: the share that is taken for what it is, whatever the counts say of that.
    package init(counts: [[Double]], accuracy: Double) {
        // That a confusion was not seen among so few prompts does not say that it never comes.
        let unseen = 0.25
        let totals = counts.map { $0.reduce(0, +) }
        let errors = counts.indices.map { row in
            counts[row].indices.map { column in row == column ? 0 : max(counts[row][column], unseen) }
        }
        let share = errors.reduce(0) { $0 + $1.reduce(0, +) } / totals.reduce(0, +)
        shares = errors.indices.map { row in
            var confused = errors[row].map { $0 / totals[row] * (1 - accuracy) / share }
            confused[row] = max(0, 1 - confused.reduce(0, +))
            return confused
        }
        frequencies = totals.map { $0 / totals.reduce(0, +) }
    }

    /// How probable it is that a prompt is of each workload that is taken for one of `label`.
    func probabilities(takenFor label: Int) -> [Double] {
        let joint = shares.indices.map { frequencies[$0] * shares[$0][label] }
        return joint.map { $0 / joint.reduce(0, +) }
    }
}
