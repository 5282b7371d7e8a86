import Speculation
import Testing
import Workload

@testable import DecisionSimulation

/// The simulated daemon answers everything once, and pays for what the daemon pays for.
@Suite struct CountedTimeTests {
    private func drawn(_ seed: UInt64, prompts: Int = 24) throws -> (SimulatedSite, SimulatedBatch) {
        try DrawnTrial(prompts: prompts).draw(seed: seed)
    }

    @Test(arguments: 0..<4) func everyPromptIsAnsweredOnce(seed: UInt64) throws {
        let (site, batch) = try drawn(seed)
        var daemon = SimulatedDaemon(site, batch)
        let outcome = try daemon.run()
        #expect(outcome.answers.map(\.line).sorted() == Array(1...24))
        #expect(outcome.answers.allSatisfy { site.candidates.contains($0.setting) })
        #expect(outcome.seconds > Double(outcome.starts) * site.startSeconds)
        #expect(outcome.starts >= 1)
    }

    @Test(arguments: 4..<6) func answersOfAPromptAreTheSameAtEverySetting(seed: UInt64) throws {
        let (site, batch) = try drawn(seed)
        var daemon = SimulatedDaemon(site, batch)
        let mine = try daemon.run().answers.sorted { $0.line < $1.line }
        let off = FixedRun(site, at: .off, batch).run().answers.sorted { $0.line < $1.line }
        #expect(mine.map(\.tokens) == off.map(\.tokens))
    }

    /// The shares of the engine's time add up to the time that passed between the first prompt and the last answer.
    @Test func sharesAddUpToTheTime() throws {
        let (site, batch) = try drawn(3)
        let outcome = FixedRun(site, at: .off, batch).run()
        let shares = outcome.answers.reduce(0) { $0 + $1.shareSeconds }
        #expect(shares < outcome.seconds - site.startSeconds)
        #expect(shares > 0.97 * (outcome.seconds - site.startSeconds) - 1)
    }

    @Test func aSecondStartIsPaidFor() throws {
        let (found, batch) = try drawn(1)
        var site = found
        site.choosesDepth = false
        var daemon = SimulatedDaemon(site, batch)
        let outcome = try daemon.run()
        #expect(outcome.starts >= 2, "a new engine is timed at off and at a depth")
        #expect(outcome.seconds > 2 * site.startSeconds)
    }

    @Test func knowingAllIsNeverSlowerThanOneSetting() throws {
        let (site, batch) = try drawn(5)
        let trial = try Trial(site, batch, rivals: .all)
        #expect(trial.allKnowing <= trial.bestFixed)
        #expect(trial.bestFixed <= trial.off && trial.bestFixed <= trial.depth3)
        #expect(trial.calibrated > trial.bestFixed * 0.9)
    }

    @Test func theSameSeedGivesTheSameTimes() throws {
        let trial = DrawnTrial(prompts: 24)
        #expect(try trial.run(seed: 7).policy == trial.run(seed: 7).policy)
    }

    @Test func theSameSeedGivesTheSameEngineAndPrompts() throws {
        let (one, batch) = try drawn(9)
        let (two, again) = try drawn(9)
        #expect(one.profile == two.profile && one.candidates == two.candidates)
        #expect(batch.prompts.map(\.judgement) == again.prompts.map(\.judgement))
        let (other, _) = try drawn(10)
        #expect(other.profile != one.profile)
    }

    /// Templates hold several workloads, and what the daemon is told of a prompt is not always true.
    @Test func theDaemonIsNotToldTheTruth() throws {
        let (_, batch) = try drawn(2, prompts: 400)
        let right = batch.prompts.count { $0.judgement.traits.distribution.label == $0.workload }
        #expect(right < 400 && right > 250)
        #expect(Set(batch.unclassified.prompts.map(\.judgement.traits.distribution)) == [.uniform])
        #expect(batch.labelled.prompts.allSatisfy { $0.judgement.traits.distribution.confidence == 1 })
    }
}
