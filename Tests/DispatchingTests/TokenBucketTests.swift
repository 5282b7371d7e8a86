import Testing

@testable import Dispatching

@Suite struct TokenBucketTests {
    private let start = ContinuousClock.now

    /// The times from `start` at which a sender that never rests is let send, in the first `length`.
    private func sendingTimes(_ bucket: inout TokenBucket, length: Duration) -> [Duration] {
        var now = start
        var times: [Duration] = []
        while now < start + length {
            let wait = bucket.wait(at: now)
            if wait == .zero {
                let isTaken = bucket.take(at: now)
                #expect(isTaken)
                times.append(start.duration(to: now))
            } else {
                let isTaken = bucket.take(at: now)
                #expect(!isTaken)
                now += wait
            }
        }
        return times
    }

    @Test(arguments: [1, 2, 59, 60, 61, 120, 600, 6000])
    func noMinuteHasMoreThanTheLimit(limit: Int) {
        var bucket = TokenBucket(requestsPerMinute: limit)
        let times = sendingTimes(&bucket, length: .seconds(180))
        for (index, time) in times.enumerated() where index + limit < times.count {
            #expect(times[index + limit] - time >= .seconds(60))
        }
        // And what is allowed is used, but for the part that a full bucket may begin a minute with.
        #expect(times.count >= limit * 3 * 98 / 100)
    }

    @Test func aRestFillsTheBucketAndNoMore() {
        var bucket = TokenBucket(requestsPerMinute: 300)
        _ = sendingTimes(&bucket, length: .seconds(60))
        let later = start + .seconds(3600)
        var taken = 0
        while bucket.take(at: later) { taken += 1 }
        #expect(taken == 5)
    }

    @Test func aTokenThatIsPutBackCanBeTakenAgain() {
        var bucket = TokenBucket(requestsPerMinute: 1)
        let first = bucket.take(at: start)
        #expect(bucket.wait(at: start) >= .seconds(60))
        bucket.giveBack()
        let second = bucket.take(at: start)
        let third = bucket.take(at: start)
        #expect(first && second && !third)
    }
}
