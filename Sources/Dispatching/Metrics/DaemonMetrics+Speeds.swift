import Spool
import Workload

extension DaemonMetrics.Counts {
    /// How fast answers were generated, by workload and depth.
    package var speeds: [SpoolStatus.Speed] {
        Workload.allCases.flatMap { workload in
            work.filter { $0.key.workload == workload && $0.value.speed.count > 0 }
                .sorted { ($0.key.depth ?? .max) < ($1.key.depth ?? .max) }
                .map { labels, work in
                    SpoolStatus.Speed(
                        workload: workload.rawValue, depth: labels.depth, answers: work.speed.count,
                        mean: work.meanSpeed, deviation: work.speedDeviation)
                }
        }
    }
}

extension DaemonMetrics.Work {
    fileprivate var meanSpeed: Double { speed.sum / Double(speed.count) }

    /// Nil of a single answer.
    fileprivate var speedDeviation: Double? {
        guard speed.count > 1 else { return nil }
        let squares = squaredSpeeds - speed.sum * meanSpeed
        return (max(0, squares) / Double(speed.count - 1)).squareRoot()
    }
}
