import Foundation
import Speculation
import Spool

/// When batches are expected to be done.
///
/// Worked out anew every few seconds, from the groups of what waits, by the planner of each engine: the status is written
/// more often than that is worth.
actor ExpectedEnds {
    /// What was worked out last.
    struct Ends: Sendable {
        /// By the batch's name.
        var batches: [String: SpoolStatus.ExpectedEnd] = [:]
        /// Of all that waits; nil where nothing does, or nothing can be said of much of it.
        var all: SpoolStatus.ExpectedEnd?
        /// Seconds until then.
        var seconds: LikelyValue?
        /// Of the prompts of batches that engines work on.
        fileprivate var inFlight: [Int64: SpoolStatus.ExpectedEnd] = [:]

        /// Of a batch; nil where nothing can be said of it.
        func end(of batch: BatchRecord) -> SpoolStatus.ExpectedEnd? {
            guard batch.state == .running, batch.openCount > 0 else { return nil }
            guard let waiting = batches[batch.id] else { return inFlight[batch.sequence] }
            guard let last = inFlight[batch.sequence], last.at > waiting.at else { return waiting }
            return last
        }
    }

    private static let leastLifetime: Duration = .seconds(5)
    /// What was worked out is believed at least this many times as long as that took.
    private static let lifetimeInWorkings = 50
    /// By how much a single answer is longer or shorter than expected: standard deviation of a logarithm.
    private static let answerDeviation = 0.8
    /// Something is said of all that waits where so much of it is in view: of many batches only some are in memory.
    private static let leastShareInView = 0.9
    /// A century: of later years dates are written in ways that not everybody reads.
    private static let longestSeconds = 3.2e9

    private var known = Ends()
    private var expiry: ContinuousClock.Instant?

    /// What is expected now of the work that `dispatchers` share.
    ///
    /// - Parameter waiting: prompts that wait.
    func current(of dispatchers: [Dispatcher], waiting: Int) async -> Ends {
        guard !dispatchers.isEmpty else { return Ends() }
        let start = ContinuousClock.now
        if let expiry, start < expiry { return known }
        // Who asks meanwhile gets what was known before.
        expiry = start + Self.leastLifetime
        var forecasts: [EngineForecast] = []
        for dispatcher in dispatchers {
            if let forecast = await dispatcher.forecast() { forecasts.append(forecast) }
        }
        known = Self.ends(forecasts, waiting: waiting, from: Date())
        let taken = start.duration(to: .now)
        expiry = .now + max(Self.leastLifetime, taken * Self.lifetimeInWorkings)
        return known
    }

    /// Puts together what engines would do each by itself. Where some were measured, the others, of which no figure means
    /// anything, are left out.
    static func ends(_ forecasts: [EngineForecast], waiting: Int, from now: Date) -> Ends {
        var ends = Ends()
        ends.inFlight = inFlight(forecasts, from: now)
        let measured = forecasts.filter(\.isMeasured)
        let counted = measured.isEmpty ? forecasts : measured
        var shared = SharedForecast()
        for forecast in counted { shared.add(forecast.work, lanes: forecast.lanes, after: forecast.delay) }
        guard let total = shared.total else { return ends }
        for batch in shared.batches {
            guard let seconds = shared.end(of: batch) else { continue }
            ends.batches[batch] = end(after: seconds.value < total.value ? seconds : total, from: now)
        }
        let inView = shared.parts.reduce(0) { $0 + $1.prompts }
        if Double(inView) >= leastShareInView * Double(waiting) {
            ends.seconds = total
            ends.all = end(after: total, from: now)
        }
        return ends
    }

    private static func inFlight(
        _ forecasts: [EngineForecast], from now: Date
    ) -> [Int64: SpoolStatus.ExpectedEnd] {
        var longest: [Int64: Double] = [:]
        for forecast in forecasts {
            for (batch, seconds) in forecast.inFlight {
                longest[batch] = max(longest[batch] ?? 0, seconds)
            }
        }
        return longest.mapValues { seconds in
            end(after: LikelyValue(seconds, less: answerDeviation, more: answerDeviation), from: now)
        }
    }

    private static func end(after seconds: LikelyValue, from now: Date) -> SpoolStatus.ExpectedEnd {
        SpoolStatus.ExpectedEnd(
            at: now.addingTimeInterval(min(seconds.value, longestSeconds)),
            earliest: now.addingTimeInterval(min(seconds.low, longestSeconds)),
            latest: now.addingTimeInterval(min(seconds.high, longestSeconds)))
    }
}
