import Synchronization

/// What the rounds have found so far.
final class ComparisonState: Sendable {
    private struct Values {
        var rounds: [ComparisonRound]
        var givenUp: Set<Contender> = []
        var failures: [LaneFailure] = []
        var answersOfCurrent = 0
        var activity = "looking at the engines"
    }

    private let contenders: [Contender]
    private let count: Int
    private let answersPerRound: Int
    private let values: Mutex<Values>

    init(contenders: [Contender], count: Int, answersPerRound: Int, rounds: [ComparisonRound]) {
        self.contenders = contenders
        self.count = count
        self.answersPerRound = answersPerRound
        values = Mutex(Values(rounds: rounds))
    }

    var rounds: [ComparisonRound] { values.withLock { $0.rounds } }
    var failures: [LaneFailure] { values.withLock { $0.failures } }

    /// What is to run next.
    var next: (contender: Contender, round: Int)? { pending(values.withLock { $0 }).first }

    func begin(_ activity: String) {
        values.withLock {
            $0.activity = activity
            $0.answersOfCurrent = 0
        }
    }

    func countAnswer() { values.withLock { $0.answersOfCurrent += 1 } }

    func add(_ round: ComparisonRound) {
        values.withLock {
            $0.rounds.append(round)
            $0.answersOfCurrent = 0
        }
    }

    func giveUp(_ contender: Contender, because failure: LaneFailure?) {
        values.withLock {
            $0.givenUp.insert(contender)
            if let failure { $0.failures.append(failure) }
            $0.answersOfCurrent = 0
        }
    }

    var progress: SweepProgress {
        let values = values.withLock { $0 }
        let total = contenders.count * count
        let left =
            Double(pending(values).count) - Double(values.answersOfCurrent) / Double(max(1, answersPerRound))
        let each = Median.of(values.rounds.map { $0.laneStartMilliseconds + $0.wallMilliseconds })
        return SweepProgress(
            done: (total - pending(values).count) * answersPerRound + values.answersOfCurrent,
            total: total * answersPerRound, remainingSeconds: each.map { $0 / 1000 * max(0, left) },
            activity: values.activity)
    }

    private func pending(_ values: Values) -> [(contender: Contender, round: Int)] {
        let done = Dictionary(grouping: values.rounds, by: \.contender).mapValues { Set($0.map(\.round)) }
        return (0..<count).flatMap { round in
            (round.isMultiple(of: 2) ? contenders : contenders.reversed())
                .filter { !values.givenUp.contains($0) && done[$0]?.contains(round) != true }
                .map { ($0, round) }
        }
    }
}
