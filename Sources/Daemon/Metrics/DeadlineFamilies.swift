import Foundation

/// How open batches do that have deadlines, as metrics.
struct DeadlineFamilies {
    enum Prospect: String, CaseIterable {
        case inTime = "in_time"
        case atRisk = "at_risk"
        case unknown

        /// - Parameters:
        ///   - end: when the batch is expected to be done; nil where nothing can be said.
        ///   - deadline: the soonest of what waits.
        init(ofEnd end: Date?, before deadline: Date) {
            self = end.map { $0 > deadline ? .atRisk : .inTime } ?? .unknown
        }
    }

    /// Of each batch.
    let prospects: [Prospect]

    var all: [MetricFamily] {
        var family = MetricFamily(
            "draftspool_deadline_batches", .gauge,
            "Running batches whose soonest deadline lies after their expected end (in_time), before it (at_risk), or of "
                + "whose end nothing can be said (unknown).")
        for prospect in Prospect.allCases {
            family.set(prospects.count { $0 == prospect }, MetricLabel("state", prospect.rawValue))
        }
        return [family]
    }
}
