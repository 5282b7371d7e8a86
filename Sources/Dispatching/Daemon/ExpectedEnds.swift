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
        /// Of all that waits; nil where nothing does, or nothing can be said.
        var all: SpoolStatus.ExpectedEnd?
        /// Seconds until then.
        var seconds: LikelyValue?
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

    private var known = Ends()
    private var expiry: ContinuousClock.Instant?

    /// What is expected now of the work that `dispatchers` share.
    func current(of dispatchers: [Dispatcher]) async -> Ends {
        let start = ContinuousClock.now
        if let expiry, start < expiry { return known }
        // Who asks meanwhile gets what was known before.
        expiry = start + Self.leastLifetime
        var forecasts: [EngineForecast] = []
        for dispatcher in dispatchers {
            if let forecast = await dispatcher.forecast() { forecasts.append(forecast) }
        }
        known = Self.ends(forecasts, from: Date())
        expiry = .now + max(Self.leastLifetime, start.duration(to: .now) * Self.lifetimeInWorkings)
        return known
    }

    /// Puts together what engines would do each by itself. Where some were measured, the others, of which no figure means
    /// anything, are left out.
    static func ends(_ forecasts: [EngineForecast], from now: Date) -> Ends {
        let measured = forecasts.filter(\.isMeasured)
        let counted = measured.isEmpty ? forecasts : measured
        var ends = Ends()
        func together(_ time: (WorkForecast) -> LikelyValue?) -> LikelyValue? {
            LikelyValue.sideBySide(
                counted.flatMap { forecast in
                    time(forecast.work).map { [LikelyValue](repeating: $0, count: forecast.lanes) } ?? []
                })
        }
        for name in Set(counted.flatMap(\.work.ends.keys)) {
            ends.batches[name] = together { $0.ends[name]?.likely }.map { end($0, from: now) }
        }
        if !ends.batches.isEmpty {
            ends.seconds = together { $0.parts.isEmpty ? nil : $0.total.likely }
            ends.all = ends.seconds.map { end($0, from: now) }
        }
        for forecast in forecasts {
            for (batch, seconds) in forecast.inFlight {
                let likely = LikelyValue(seconds, less: answerDeviation, more: answerDeviation)
                let last = end(likely, from: now)
                if let known = ends.inFlight[batch], known.at >= last.at { continue }
                ends.inFlight[batch] = last
            }
        }
        return ends
    }

    private static func end(_ seconds: LikelyValue, from now: Date) -> SpoolStatus.ExpectedEnd {
        SpoolStatus.ExpectedEnd(
            at: now.addingTimeInterval(seconds.value), earliest: now.addingTimeInterval(seconds.low),
            latest: now.addingTimeInterval(seconds.high))
    }
}
