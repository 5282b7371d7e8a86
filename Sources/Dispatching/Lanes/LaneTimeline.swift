import Synchronization

/// When the requests of a lane were reading their prompts and when they were generating.
///
/// An engine reads a new prompt in the same step in which the other slots generate, and that step takes as long as the
/// reading does. So the generation time an engine reports is longer than its steps where others began meanwhile; this
/// tells by how much. What reading takes is told from the prompt's length and ``ReadingSpeed``: the time an engine
/// reports for it has steps of the other slots in it.
package final class LaneTimeline: Sendable {
    /// What one request had of the engine.
    package struct Share: Sendable, Hashable {
        /// Generation time in which others' prompts were read, in milliseconds.
        var stalledMilliseconds: Double
        /// Steps that were made while they were read.
        var stalledSteps: Int
        /// Slots that generated during the rest of it, on average, its own included.
        var busySlots: Double
        /// Requests under way from its sending to its answer, its own included: the harmonic mean over that time, so that
        /// the shares that all of them have of the engine's time add up to the time that passed.
        package var requestsUnderWay = 1.0
        /// Whether it was the engine's first request, which takes longer.
        package var isFirst = false
        /// Whether the engine read its prompt with nothing else to do, and not as its first one: that takes longer, on a
        /// GPU many times as long.
        package var isReadAlone = false

        /// The time its steps would have taken without the stalls. That these are estimated must not make it vanish.
        func steadyMilliseconds(of generationMilliseconds: Double, steps: Int) -> Double {
            let rest = max(generationMilliseconds - stalledMilliseconds, 0.2 * generationMilliseconds)
            return rest * Double(steps) / (Double(steps) - min(Double(stalledSteps), Double(steps) / 2))
        }
    }

    private struct Request {
        let sent: Double
        let promptBytes: Int
        /// Seconds; nil while it runs.
        var reading: Interval?
        var generating: Interval?

        /// From its sending to its answer, or to `now` while it runs.
        func held(until now: Double) -> Interval { Interval(start: sent, end: generating?.end ?? now) }
    }

    private struct State {
        var requests: [Int: Request] = [:]
        var next = 0
    }

    private let state = Mutex(State())
    private let origin: ContinuousClock.Instant

    package init(at now: ContinuousClock.Instant = .now) {
        origin = now
    }

    /// Notes a request that is sent.
    ///
    /// - Returns: Its number.
    package func begin(promptBytes: Int, at now: ContinuousClock.Instant = .now) -> Int {
        let sent = seconds(now)
        return state.withLock { state in
            state.next += 1
            state.requests[state.next] = Request(sent: sent, promptBytes: promptBytes)
            return state.next
        }
    }

    /// Notes the answer to a request; times in milliseconds, as the engine reports them.
    ///
    /// - Parameter secondsPerByte: what reading a byte of a prompt takes.
    package func end(
        _ number: Int, promptMilliseconds: Double?, generationMilliseconds: Double, secondsPerByte: Double,
        at now: ContinuousClock.Instant = .now
    ) -> Share {
        let end = seconds(now)
        return state.withLock { state in
            guard var request = state.requests[number] else {
                return Share(stalledMilliseconds: 0, stalledSteps: 0, busySlots: 1)
            }
            let generating = Interval(start: max(request.sent, end - generationMilliseconds / 1000), end: end)
            let readingSeconds = (promptMilliseconds ?? 0) / 1000
            let reading = min(readingSeconds, Double(request.promptBytes) * secondsPerByte)
            request.generating = generating
            request.reading = Interval(
                start: max(request.sent, generating.start - reading), end: generating.start)
            state.requests[number] = request
            let others = state.requests.filter { $0.key != number }.sorted { $0.key < $1.key }
                .map(\.value)
            let stalls = Interval.union(
                others.compactMap {
                    Self.reading(of: $0, secondsPerByte: secondsPerByte, until: end).clipped(to: generating)
                })
            let stalled = stalls.reduce(0) { $0 + $1.length }
            let generatingBeside = others.reduce(0) { sum, other in
                guard
                    let both = Self.generating(of: other, secondsPerByte: secondsPerByte, until: end).clipped(
                        to: generating)
                else { return sum }
                return sum + both.length - stalls.reduce(0) { $0 + ($1.clipped(to: both)?.length ?? 0) }
            }
            let whole = Interval(
                start: max(request.sent, generating.start - readingSeconds), end: generating.start)
            let isReadAlone =
                number > 1
                && others.allSatisfy { $0.held(until: end).clipped(to: whole) == nil }
            let held = request.held(until: end)
            let beside = others.compactMap { $0.held(until: end).clipped(to: held) }
            Self.forgetPast(&state)
            let free = generating.length - stalled
            return Share(
                stalledMilliseconds: stalled * 1000, stalledSteps: stalls.count,
                busySlots: free > 0 ? 1 + generatingBeside / free : Double(1 + others.count),
                requestsUnderWay: held.underWay(beside: beside), isFirst: number == 1,
                isReadAlone: isReadAlone)
        }
    }

    /// Forgets a request that got no answer.
    func abandon(_ number: Int) {
        state.withLock { state in
            state.requests[number] = nil
            Self.forgetPast(&state)
        }
    }

    private static func reading(of request: Request, secondsPerByte: Double, until now: Double) -> Interval {
        request.reading
            ?? Interval(
                start: request.sent,
                end: min(now, request.sent + Double(request.promptBytes) * secondsPerByte))
    }

    private static func generating(of request: Request, secondsPerByte: Double, until now: Double) -> Interval
    {
        request.generating
            ?? Interval(start: reading(of: request, secondsPerByte: secondsPerByte, until: now).end, end: now)
    }

    /// Those that ended before any that still runs began can overlap with nothing more.
    private static func forgetPast(_ state: inout State) {
        let running = state.requests.values.filter { $0.generating == nil }
        let earliest = running.map(\.sent).min() ?? .infinity
        state.requests = state.requests.filter { ($0.value.generating?.end ?? .infinity) > earliest }
    }

    private func seconds(_ instant: ContinuousClock.Instant) -> Double {
        origin.duration(to: instant) / .seconds(1)
    }
}

/// A span of time, in seconds.
struct Interval: Sendable, Hashable {
    var start: Double
    var end: Double

    var length: Double { max(0, end - start) }

    /// The part that lies in `other`; nil if there is none.
    func clipped(to other: Interval) -> Interval? {
        let both = Interval(start: max(start, other.start), end: min(end, other.end))
        return both.end > both.start ? both : nil
    }

    /// How many spans there are at a time, this one and the parts of it in `others`: the harmonic mean over its length.
    func underWay(beside others: [Interval]) -> Double {
        guard length > 0 else { return 1 }
        let changes = (others.map { ($0.start, 1.0) } + others.map { ($0.end, -1.0) }).sorted { $0.0 < $1.0 }
        var share = 0.0
        var (now, count) = (start, 1.0)
        for (time, change) in changes {
            share += (time - now) / count
            (now, count) = (time, count + change)
        }
        share += (end - now) / count
        return length / share
    }

    /// The same time as spans that do not overlap, in order.
    static func union(_ intervals: [Interval]) -> [Interval] {
        var union: [Interval] = []
        for interval in intervals.sorted(by: { $0.start < $1.start }) {
            if let last = union.last, interval.start <= last.end {
                union[union.count - 1].end = max(last.end, interval.end)
            } else {
                union.append(interval)
            }
        }
        return union
    }
}
