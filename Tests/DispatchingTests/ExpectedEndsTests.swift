import Foundation
import Speculation
import Spool
import Testing
import Workload

@testable import Dispatching

/// When batches are expected to be done, of what each engine would do by itself.
@Suite struct ExpectedEndsTests {
    private let now = Date(timeIntervalSince1970: 1_764_000_000)

    /// Of an engine with nothing else to do than 20 prompts.
    private func forecast(
        lanes: Int = 1, isMeasured: Bool = false, delay: Double = 0, inFlight: [Int64: Double] = [:]
    ) -> EngineForecast {
        let model = LearnedModel(
            fingerprint: EngineFingerprint(
                modelIdentity: "m", quantization: "Q8_0", engineBuild: "1", device: "d", contextTokens: 1024,
                slots: 1))
        let traits = PromptTraits(distribution: WorkloadDistribution(certain: .code), batch: "batch")
        let work = LanePlanner().forecast(
            backlog: [BacklogEntry(key: "a", traits: traits, prompts: 20, expectedTokens: 100)],
            running: LaneState(setting: .off, switchCostSeconds: 5, slots: 1), model: model,
            policy: DepthPolicy(candidates: [.off]), after: delay)
        return EngineForecast(work: work, lanes: lanes, isMeasured: isMeasured, inFlight: inFlight)
    }

    private func seconds(_ forecasts: [EngineForecast]) throws -> Double {
        try #require(ExpectedEnds.ends(forecasts, from: now).batches["batch"]).at.timeIntervalSince(now)
    }

    @Test func lanesShareTheWork() throws {
        let alone = try seconds([forecast()])
        #expect(alone > 0)
        for shared in [[forecast(lanes: 2)], [forecast(), forecast()]] {
            let together = try seconds(shared)
            #expect(abs(together - alone / 2) < 0.001)
        }
    }

    @Test func whatWasNotMeasuredDoesNotCountBesideWhatWas() throws {
        let slow = try seconds([forecast(isMeasured: true, delay: 1000)])
        let beside = try seconds([forecast(isMeasured: true, delay: 1000), forecast()])
        #expect(beside == slow)
    }

    @Test func aRangeLiesAroundTheEnd() throws {
        let end = try #require(ExpectedEnds.ends([forecast()], from: now).batches["batch"])
        #expect(end.earliest < end.at && end.at < end.latest && end.earliest > now)
        #expect(ExpectedEnds.ends([], from: now).all == nil)
    }

    @Test func aBatchEndsWithTheLastOfItsPrompts() async throws {
        let site = try QueueSite()
        func batch(_ name: String) async throws -> BatchRecord {
            let sequence = try await site.batch(name, prompts: 3).sequence
            return try #require(try await site.ledger.batch(sequence: sequence))
        }
        let record = try await batch("batch")
        let other = try await batch("other")
        var ends = ExpectedEnds.ends([forecast(inFlight: [other.sequence: 12])], from: now)
        let waiting = try #require(ends.batches["batch"])
        #expect(ends.end(of: record) == waiting)
        #expect(ends.end(of: other)?.at == now.addingTimeInterval(12), "all its prompts are under way")
        ends = ExpectedEnds.ends([forecast(inFlight: [record.sequence: 1e6])], from: now)
        #expect(ends.end(of: record)?.at == now.addingTimeInterval(1e6))
        var done = record
        done.state = .done
        #expect(ends.end(of: done) == nil)
    }
}
