import Foundation

/// How soon a deadline comes, as the power of two that the seconds left come to; the least goes first.
///
/// Deadlines of which one leaves less than twice as much time as the other may be equally urgent: batches with the same
/// completion window take turns, although one was claimed before the other. What has no deadline comes last.
struct Urgency: Comparable {
    /// That of a batch whose turn it is, whatever the deadlines of others.
    static let first = Urgency(octave: .min)
    /// As often as that a batch is passed over for deadlines, for each batch that is there; then it is its turn.
    static let mostPassedOver = 4

    private let octave: Int

    private init(octave: Int) { self.octave = octave }

    init(of deadline: Date?, at now: Date) {
        octave = deadline.map { Int(log2(max(1, $0.timeIntervalSince(now)))) } ?? .max
    }

    static func < (left: Urgency, right: Urgency) -> Bool { left.octave < right.octave }
}
