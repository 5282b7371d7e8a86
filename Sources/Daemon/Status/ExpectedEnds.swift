import Dispatching
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
        /// Prompts of each batch that are in ``batches``.
        fileprivate var waiting: [String: Int] = [:]
        /// Of the prompts of batches that engines work on.
        fileprivate var inFlight: [Int64: (prompts: Int, end: SpoolStatus.ExpectedEnd)] = [:]

        /// Of a batch; nil where nothing can be said of it, or of much of it.
        func end(of batch: BatchRecord) -> SpoolStatus.ExpectedEnd? {
            guard batch.state == .running, batch.openCount > 0 else { return nil }
            let underWay = inFlight[batch.sequence]
            let inView = (waiting[batch.id] ?? 0) + (underWay?.prompts ?? 0)
            guard ExpectedEnds.isMostInView(inView, of: batch.openCount) else { return nil }
            return [batches[batch.id], underWay?.end].compactMap(\.self).max { $0.at < $1.at }
        }
    }

    private static let leastLifetime: Duration = .seconds(5)
    private static let longestLifetime: Duration = .seconds(60)
    /// What was worked out is believed this many times as long as the planners took for it.
    private static let lifetimeInPlannings = 50
    /// By how much a single answer is longer or shorter than expected: standard deviation of a logarithm.
    private static let answerDeviation = 0.8
    /// Something is said of all that waits, or of a batch, where so much of it is in view: of many batches only some are in
    /// memory, and not every prompt can run now.
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
        expiry = .now + Self.lifetime(afterPlanningFor: forecasts.reduce(.zero) { $0 + $1.planningTime })
        return known
    }

    /// How long what was worked out is believed. One slow moment is not to hold it for long.
    static func lifetime(afterPlanningFor duration: Duration) -> Duration {
        min(max(leastLifetime, duration * lifetimeInPlannings), longestLifetime)
    }

    private static func isMostInView(_ inView: Int, of prompts: Int) -> Bool {
        Double(inView) >= leastShareInView * Double(prompts)
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
        for part in shared.parts {
            if let batch = part.batch { ends.waiting[batch, default: 0] += part.prompts }
        }
        let inView = shared.parts.reduce(0) { $0 + $1.prompts }
        let areMostInView = isMostInView(inView, of: waiting)
        for batch in shared.batches {
            guard var seconds = shared.end(of: batch) else { continue }
            if seconds.value >= total.value { seconds = total }
            // The others, once they are in view, may all go before it.
            if !areMostInView { seconds.high = total.high * Double(waiting) / Double(max(1, inView)) }
            ends.batches[batch] = end(after: seconds, from: now)
        }
        if areMostInView {
            ends.seconds = total
            ends.all = end(after: total, from: now)
        }
        return ends
    }

    private static func inFlight(
        _ forecasts: [EngineForecast], from now: Date
    ) -> [Int64: (prompts: Int, end: SpoolStatus.ExpectedEnd)] {
        var batches: [Int64: BatchInFlight] = [:]
        for forecast in forecasts { batches.merge(forecast.inFlight) { $0.and($1) } }
        return batches.mapValues { batch in
            let seconds = LikelyValue(batch.seconds, less: answerDeviation, more: answerDeviation)
            return (batch.prompts, end(after: seconds, from: now))
        }
    }

    private static func end(after seconds: LikelyValue, from now: Date) -> SpoolStatus.ExpectedEnd {
        SpoolStatus.ExpectedEnd(
            at: now.addingTimeInterval(min(seconds.value, longestSeconds)),
            earliest: now.addingTimeInterval(min(seconds.low, longestSeconds)),
            latest: now.addingTimeInterval(min(seconds.high, longestSeconds)))
    }
}
