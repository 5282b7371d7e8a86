import TestSupport
import Testing

@testable import Dispatching

@Suite struct LaneTimelineTests {
    private let origin = ContinuousClock.now

    private func at(_ seconds: Double) -> ContinuousClock.Instant { origin + .seconds(seconds) }

    @Test func aRequestAloneIsNotStalled() {
        let timeline = LaneTimeline()
        let number = timeline.begin(promptBytes: 100, at: at(0))
        let share = timeline.end(
            number, promptMilliseconds: 500, generationMilliseconds: 2000, secondsPerByte: 0.005, at: at(2.5))
        #expect(share.stalledMilliseconds == 0 && share.busySlots == 1)
        #expect(share.steadyMilliseconds(of: 2000, steps: 20) == 2000)
    }

    /// An engine's first request shows its start and not its speed; those that run beside others show both.
    @Test func onlyLaterRequestsByThemselvesTellHowFastPromptsAreRead() {
        let timeline = LaneTimeline()
        func share(from start: Double, to end: Double) -> LaneTimeline.Share {
            let number = timeline.begin(promptBytes: 100, at: at(start))
            return timeline.end(
                number, promptMilliseconds: 500, generationMilliseconds: 1000 * (end - start) - 500,
                secondsPerByte: 0.005, at: at(end))
        }
        #expect(!share(from: 0, to: 2).isReadAlone)
        #expect(share(from: 2.1, to: 4).isReadAlone)
        let other = timeline.begin(promptBytes: 100, at: at(5))
        #expect(!share(from: 5.1, to: 7).isReadAlone)
        timeline.abandon(other)
        #expect(share(from: 8, to: 9).isReadAlone)
    }

    @Test func readingTheNextPromptIsTakenOut() {
        let timeline = LaneTimeline()
        let first = timeline.begin(promptBytes: 100, at: at(0))
        let second = timeline.begin(promptBytes: 300, at: at(0.5))
        let lost = timeline.begin(promptBytes: 9_000_000, at: at(0.6))
        timeline.abandon(lost)
        // The first read 0 … 0.5 s and generated until 4 s; the second has not ended: 1.5 s of reading are estimated.
        let share = timeline.end(
            first, promptMilliseconds: 500, generationMilliseconds: 3500, secondsPerByte: 0.005, at: at(4))
        #expect(abs(share.stalledMilliseconds - 1500) < 1)
        #expect(abs(share.busySlots - 2) < 1e-6)
        // The second generated alone from 4 s on, and beside the first before.
        let other = timeline.end(
            second, promptMilliseconds: 1500, generationMilliseconds: 4000, secondsPerByte: 0.005, at: at(6))
        #expect(other.stalledMilliseconds == 0)
        #expect(abs(other.busySlots - 1.5) < 1e-6)
    }

    /// Whatever begins and ends when, the shares of the engine's time are the time in which any request was under way.
    @Test(arguments: 0..<40) func sharesAddUpToTheTimeThatPassed(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let timeline = LaneTimeline()
        let requests = (0..<12).map { _ in
            let start = Double.random(in: 0...20, using: &generator)
            return Interval(start: start, end: start + .random(in: 0.1...15, using: &generator))
        }
        let events = (requests.map { ($0.start, $0, true) } + requests.map { ($0.end, $0, false) })
            .sorted { $0.0 < $1.0 }
        var numbers: [Interval: Int] = [:]
        var shares = 0.0
        for (time, request, begins) in events {
            if begins {
                numbers[request] = timeline.begin(promptBytes: 1, at: at(time))
            } else if let number = numbers[request] {
                let share = timeline.end(
                    number, promptMilliseconds: 0, generationMilliseconds: request.length * 1000,
                    secondsPerByte: 0, at: at(time))
                shares += request.length / share.requestsUnderWay
            }
        }
        let passed = Interval.union(requests).reduce(0) { $0 + $1.length }
        #expect(abs(shares / passed - 1) < 1e-6)
    }

    @Test func stallsNeverTakeAllOfTheTime() {
        let timeline = LaneTimeline()
        let first = timeline.begin(promptBytes: 10, at: at(0))
        let second = timeline.begin(promptBytes: 10, at: at(0))
        _ = timeline.end(
            second, promptMilliseconds: 900, generationMilliseconds: 100, secondsPerByte: 1, at: at(1))
        let share = timeline.end(
            first, promptMilliseconds: 0, generationMilliseconds: 900, secondsPerByte: 1, at: at(0.9))
        #expect(share.steadyMilliseconds(of: 900, steps: 1) >= 180)
    }

    @Test func theFastestReadingsAreBelieved() {
        let speed = ReadingSpeed()
        #expect(speed.secondsPerByte == 0)
        speed.note(milliseconds: nil, bytes: 100)
        speed.note(milliseconds: 0, bytes: 100)
        speed.note(milliseconds: 10, bytes: 0)
        #expect(speed.secondsPerByte == 0, "they say nothing")
        speed.note(milliseconds: 200, bytes: 100)
        for extra in 1...40 { speed.note(milliseconds: 200 + Double(extra * 50), bytes: 100) }
        #expect(speed.secondsPerByte >= 0.002 && speed.secondsPerByte < 0.0045)
    }

    /// An engine that reads prompts in the steps in which it generates: what is left is the time of the steps alone.
    @Test(arguments: 0..<40)
    func whatIsLeftIsTheTimeOfTheSteps(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let slots = Int.random(in: 1...8, using: &random)
        let stepSeconds = Double.random(in: 0.02...0.1, using: &random)
        let secondsPerByte = Double.random(in: 0...0.001, using: &random)
        let timeline = LaneTimeline()
        var running:
            [(number: Int, bytes: Int, steps: Int, left: Int, began: Double?, readMilliseconds: Double)] = []
        var now = 0.0
        var ratios: [Double] = []
        for _ in 0..<3000 {
            if running.count < slots {
                let bytes = Int.random(in: 50...2000, using: &random)
                let steps = Int.random(in: 20...150, using: &random)
                running.append((timeline.begin(promptBytes: bytes, at: at(now)), bytes, steps, steps, nil, 0))
            }
            let fresh = running.indices.filter { running[$0].began == nil }
            let reading = fresh.reduce(0) { $0 + Double(running[$1].bytes) * secondsPerByte }
            let duration = max(reading, stepSeconds)
            now += duration
            for index in running.indices {
                if running[index].began == nil {
                    running[index].began = now
                    running[index].readMilliseconds = duration * 1000
                } else {
                    running[index].left -= 1
                }
            }
            for done in running where done.left == 0 {
                let milliseconds = (now - (done.began ?? now)) * 1000
                let share = timeline.end(
                    done.number, promptMilliseconds: done.readMilliseconds,
                    generationMilliseconds: milliseconds,
                    secondsPerByte: secondsPerByte, at: at(now))
                ratios.append(
                    share.steadyMilliseconds(of: milliseconds, steps: done.steps)
                        / (Double(done.steps) * stepSeconds * 1000))
                #expect(share.busySlots >= 1 && share.busySlots <= Double(slots) + 1e-6)
            }
            running.removeAll { $0.left == 0 }
        }
        let settled = ratios.dropFirst(10).sorted()
        let median = settled[settled.count / 2]
        #expect(abs(median - 1) < 0.03, "\(slots) slots, \(stepSeconds) s a step, \(secondsPerByte) s a byte")
    }
}
