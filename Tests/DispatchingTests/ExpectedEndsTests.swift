import Foundation
import Speculation
import Spool
import Testing
import Workload

@testable import Daemon
@testable import Dispatching

/// When batches are expected to be done, of what each engine would do by itself.
@Suite struct ExpectedEndsTests {
    private let now = Date(timeIntervalSince1970: 1_764_000_000)

    /// Of an engine with nothing else to do than 20 prompts.
    private func forecast(
        lanes: Int = 1, isMeasured: Bool = false, delay: Double = 0, prompts: Int = 20,
        inFlight: [Int64: BatchInFlight] = [:]
    ) -> EngineForecast {
        let model = LearnedModel(
            fingerprint: EngineFingerprint(
                modelIdentity: "m", quantization: "Q8_0", engineBuild: "1", device: "d", contextTokens: 1024,
                slots: 1))
        let traits = PromptTraits(distribution: WorkloadDistribution(certain: .code), batch: "batch")
        let work = LanePlanner().forecast(
            backlog: [BacklogEntry(key: "a", traits: traits, prompts: prompts, expectedTokens: 100)],
            running: LaneState(setting: .off, switchCostSeconds: 5, slots: 1), model: model,
            policy: DepthPolicy(candidates: [.off]))
        return EngineForecast(
            work: work, lanes: lanes, delay: delay, isMeasured: isMeasured, inFlight: inFlight,
            planningTime: .zero)
    }

    private func ends(_ forecasts: [EngineForecast], waiting: Int = 20) -> ExpectedEnds.Ends {
        ExpectedEnds.ends(forecasts, waiting: waiting, from: now)
    }

    private func seconds(_ forecasts: [EngineForecast]) throws -> Double {
        let end = try #require(ends(forecasts).batches["batch"])
        return end.at.timeIntervalSince(now)
    }

    @Test func lanesShareTheWork() throws {
        let alone = try seconds([forecast()])
        #expect(alone > 0)
        for shared in [[forecast(lanes: 2)], [forecast(), forecast()]] {
            let together = try seconds(shared)
            #expect(abs(together - alone / 2) < 0.001)
        }
    }

    @Test func whatIsUnderWayComesBeforeIt() throws {
        let alone = try seconds([forecast()])
        let delayed = try seconds([forecast(lanes: 2, delay: 100)])
        #expect(abs(delayed - 100 - alone / 2) < 0.001)
    }

    @Test func whatWasNotMeasuredDoesNotCountBesideWhatWas() throws {
        let slow = try seconds([forecast(isMeasured: true, delay: 1000)])
        let beside = try seconds([forecast(isMeasured: true, delay: 1000), forecast()])
        #expect(beside == slow)
    }

    @Test func aRangeLiesAroundTheEnd() throws {
        let end = try #require(ends([forecast()]).batches["batch"])
        #expect(end.earliest < end.at && end.at < end.latest && end.earliest > now)
        #expect(ends([]).all == nil)
    }

    /// Of many batches only some are in memory.
    @Test func nothingIsSaidOfAllWhereMuchIsNotInView() {
        #expect(ends([forecast()], waiting: 22).all != nil)
        let partly = ends([forecast()], waiting: 40)
        #expect(partly.all == nil && partly.seconds == nil && partly.batches["batch"] != nil)
    }

    /// What is not in view may go before a batch that is.
    @Test func aBatchMayEndAfterAllThatIsNotInView() throws {
        let alone = try #require(ends([forecast()]).batches["batch"])
        let beside = try #require(ends([forecast()], waiting: 400).batches["batch"])
        #expect(beside.earliest == alone.earliest && beside.at == alone.at)
        #expect(beside.latest.timeIntervalSince(now) >= 19 * alone.latest.timeIntervalSince(now))
    }

    @Test func oneSlowMomentDoesNotHoldWhatWasWorkedOutForLong() {
        #expect(ExpectedEnds.lifetime(afterPlanningFor: .zero) == .seconds(5))
        #expect(ExpectedEnds.lifetime(afterPlanningFor: .milliseconds(200)) == .seconds(10))
        #expect(ExpectedEnds.lifetime(afterPlanningFor: .seconds(3600)) == .seconds(60))
    }

    /// Others read the dates.
    @Test func noDateIsFartherThanACentury() throws {
        let end = try #require(ends([forecast(prompts: 1 << 40)]).batches["batch"])
        #expect(end.latest.timeIntervalSince(now) <= 3.2e9)
    }

    @Test func aBatchEndsWithTheLastOfItsPrompts() async throws {
        let site = try QueueSite()
        func batch(_ name: String, prompts: Int = 3) async throws -> BatchRecord {
            let sequence = try await site.batch(name, prompts: prompts).sequence
            let record = try await site.ledger.batch(sequence: sequence)
            return try #require(record)
        }
        let record = try await batch("batch")
        let other = try await batch("other")
        let first = ends([forecast(inFlight: [other.sequence: BatchInFlight(prompts: 3, seconds: 12)])])
        let waiting = try #require(first.batches["batch"])
        #expect(first.end(of: record) == waiting)
        #expect(first.end(of: other)?.at == now.addingTimeInterval(12), "all its prompts are under way")
        let large = try await batch("large", prompts: 40)
        let partly = ends([forecast(inFlight: [large.sequence: BatchInFlight(prompts: 3, seconds: 12)])])
        #expect(partly.end(of: large) == nil, "most of its prompts are not in view")
        let second = ends([forecast(inFlight: [record.sequence: BatchInFlight(prompts: 1, seconds: 1e6)])])
        #expect(second.end(of: record)?.at == now.addingTimeInterval(1e6))
        var done = record
        done.state = .done
        #expect(second.end(of: done) == nil)
    }
}
