import Glibc
import Workload

/// How much faster prompts run where drafts are also looked up among earlier tokens, as measured.
///
/// What a lookup finds depends on how much an answer repeats, of the prompt or of itself, and no prior tells that. So
/// nothing is believed before it was measured (`draftspool calibrate --ngram`), and a gain is a ratio to the same setting
/// without lookups: the model of acceptance and step costs stays what it is.
struct NgramGains: Codable, Sendable, Hashable {
    /// What prompts must have in common to gain alike.
    struct Key: Codable, Sendable, Hashable {
        /// With lookups.
        var setting: DraftSetting
        var workload: Workload
        var thinking: Bool
        /// Whether it ran beside others: verifying lookups costs more then.
        var shared: Bool
    }

    /// Faded sums over requests of log (measured speed / speed expected without lookups).
    private struct Tally: Codable, Sendable, Hashable {
        var requests = 0.0
        var sum = 0.0
        var squares = 0.0
    }

    /// About as many requests are remembered.
    private static let memory = 100.0
    /// Requests that a gain must rest on.
    private static let leastRequests = 3.0
    /// Standard errors by which a mean must lie above no gain at all.
    private static let standardErrors = 1.0
    /// Scatter of one request's log ratio believed before there are many, and the requests it counts for.
    private static let prior = (scatter: 0.2, requests: 2.0)
    /// A request is taken to be no further from 0 than this.
    private static let greatestLogRatio = 2.0
    /// What is expected where no gain was measured, so that lookups are never chosen there.
    private static let unmeasured = 0.5

    private var tallies: [Key: Tally] = [:]

    /// Whether every sum is finite and possible, as decoded state must be.
    var isSound: Bool {
        tallies.values.allSatisfy {
            $0.requests.isFinite && $0.requests > 0 && $0.squares.isFinite && $0.squares >= 0
                && abs($0.sum) <= 1.01 * Self.greatestLogRatio * $0.requests
        }
    }

    /// Settings of which a gain was measured for some prompts.
    var settings: Set<DraftSetting> { Set(tallies.keys.filter { gain($0) != nil }.map(\.setting)) }

    /// Learns from a generation with lookups; `ratio` is its speed as a multiple of the one expected without.
    mutating func learn(_ observation: Observation, ratio: Double) {
        guard ratio.isFinite, ratio > 0 else { return }
        let key = Key(
            setting: observation.setting, workload: observation.traits.distribution.label,
            thinking: observation.traits.thinking, shared: observation.busySlots > 1.5)
        let value = min(Self.greatestLogRatio, max(-Self.greatestLogRatio, log(ratio)))
        let kept = 1 - 1 / Self.memory
        var tally = tallies[key] ?? Tally()
        tally.requests = kept * tally.requests + 1
        tally.sum = kept * tally.sum + value
        tally.squares = kept * tally.squares + value * value
        tallies[key] = tally
    }

    /// The factor by which a prompt is expected to run faster at `setting` than without lookups.
    ///
    /// The prompt is of one of the workloads it may be of, so the times mix, not the speeds.
    func factor(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Double {
        let time = forecast.parts.reduce(0) { sum, part in
            let key = Key(
                setting: setting, workload: part.workload, thinking: forecast.traits.thinking,
                shared: busySlots > 1)
            return sum + part.share / (gain(key) ?? Self.unmeasured)
        }
        return 1 / time
    }

    /// What was measured, gains and losses.
    var measured: [LearnedSummary.NgramGain] {
        tallies.map { key, tally in
            LearnedSummary.NgramGain(
                setting: key.setting, workload: key.workload, thinking: key.thinking, shared: key.shared,
                requests: tally.requests, factor: exp(tally.sum / tally.requests), isUsed: gain(key) != nil)
        }.sorted {
            ($0.setting, $0.workload.rawValue, $0.thinking ? 1 : 0, $0.shared ? 1 : 0)
                < ($1.setting, $1.workload.rawValue, $1.thinking ? 1 : 0, $1.shared ? 1 : 0)
        }
    }

    /// The mean factor; nil where it is not clearly over 1.
    private func gain(_ key: Key) -> Double? {
        guard let tally = tallies[key], tally.requests >= Self.leastRequests - 0.5 else { return nil }
        let mean = tally.sum / tally.requests
        let scatter =
            (tally.squares - tally.requests * mean * mean
                + Self.prior.requests * Self.prior.scatter * Self.prior.scatter)
            / (tally.requests + Self.prior.requests)
        let error = (max(0, scatter) / tally.requests).squareRoot()
        return mean > Self.standardErrors * error ? exp(mean) : nil
    }
}
