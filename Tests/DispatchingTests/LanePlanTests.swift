import Engine
import Speculation
import Testing
import Workload

@testable import Dispatching

/// A plan while it is followed, and the order in which kinds of prompts are tried.
@Suite struct LanePlanTests {
    private static func traits(_ workload: Workload) -> PromptTraits {
        PromptTraits(distribution: WorkloadDistribution(certain: workload))
    }

    private static let entries = [
        BacklogEntry(key: "a", traits: traits(.code), prompts: 2, expectedTokens: 100),
        BacklogEntry(key: "b", traits: traits(.creative), prompts: 2, expectedTokens: 100),
        BacklogEntry(key: "c", traits: traits(.creative), prompts: 1, expectedTokens: 100),
        BacklogEntry(key: "d", traits: traits(.math), prompts: 1, expectedTokens: 100),
    ]

    private func plan(unproven: [Workload] = []) -> CurrentPlan {
        let model = LearnedModel(
            fingerprint: EngineFingerprint(
                modelIdentity: "m", quantization: "Q8_0", engineBuild: "1", device: "d",
                contextTokens: 1024, slots: 4))
        let policy = DepthPolicy(candidates: [DraftSetting(depth: 3)])
        let made = LanePlanner().plan(
            backlog: Self.entries,
            running: LaneState(setting: DraftSetting(depth: 3), switchCostSeconds: 1e6, slots: 4),
            model: model, policy: policy)
        let kinds = Self.entries.filter { unproven.contains($0.traits.distribution.label) }
        return CurrentPlan(
            made, start: .now,
            unproven: Dictionary(uniqueKeysWithValues: kinds.map { ($0.key, PromptKind($0.traits)) }))
    }

    @Test func aPlanIsFollowedUntilItsPromptsAreTaken() {
        var plan = plan()
        #expect(plan.open == ["a", "b", "c", "d"])
        #expect(plan.isFresh(inFlight: 0))
        for key in ["a", "a", "b", "b", "c", "d"] { #expect(plan.take(key) != nil) }
        #expect(plan.open.isEmpty)
        #expect(!plan.isFresh(inFlight: 4))
        #expect(plan.take("unknown") == nil)
    }

    @Test func oneOfEachUnseenKindIsSentAheadAndTheOthersWaitForIt() {
        var plan = plan(unproven: [.creative, .math])
        var scouts = Scouts()
        let creative = PromptKind(Self.traits(.creative))
        let math = PromptKind(Self.traits(.math))
        #expect(scouts.preferred(in: plan) == (["b", "c", "d"], true))
        scouts.isPicking = true
        #expect(scouts.preferred(in: plan) == (["a"], false))
        scouts.isPicking = false
        scouts.send(creative)
        _ = plan.take("b")
        #expect(scouts.preferred(in: plan) == (["d"], true))
        scouts.send(math)
        _ = plan.take("d")
        #expect(scouts.preferred(in: plan) == (["a"], false))
        _ = plan.take("a")
        _ = plan.take("a")
        #expect(scouts.preferred(in: plan) == (["b", "c"], false), "they need not wait for nothing")
        scouts.comeBack(creative)
        scouts.comeBack(creative)
        #expect(scouts.preferred(in: plan) == (["b", "c"], true))
    }

    @Test func aPlaceLearnsWhatAChangeCosts() {
        var berth = Berth(device: nil)
        berth.becomeBusy(startMilliseconds: 3000, takesOver: false)
        #expect(berth.switchCostSeconds == 3)
        berth.becomeIdle()
        berth.becomeBusy(startMilliseconds: 3000, takesOver: false)
        #expect(berth.switchCostSeconds < 1, "the time without a lane counts, not the engine's start")
        #expect(berth.breakDown() > .zero)
        #expect(berth.breakDown() == .zero)
    }

    @Test func anEngineWhoseRequestsChooseServesAllThatItOffers() async {
        var berth = Berth(device: nil)
        let (turns, turn) = AsyncStream<DraftSetting>.makeStream()
        berth.add(ResidentEngine(number: 1, setting: .off, socket: 0, turns: turn))
        #expect(berth.offers(.off) && !berth.offers(DraftSetting(depth: 3)), "it is not known yet")
        berth.note(RequestDepth(greatest: 5, honoursPMin: true), of: 1)
        let deep = DraftSetting(depth: 5, pMin: 0.75)
        #expect(berth.offers(deep) && !berth.offers(DraftSetting(depth: 6)))
        func resume(_ setting: DraftSetting) -> Bool { berth.resume(setting) }
        #expect(!resume(deep), "it serves")
        berth.beginWaiting(1)
        #expect(!resume(DraftSetting(depth: 6)))
        #expect(resume(deep))
        #expect(berth.residents.first?.setting == deep && berth.isUnserved == false)
        berth.beginWaiting(1)
        #expect(resume(.off))
        berth.beginWaiting(1)
        berth.stopWaiting(unlessFor: [DraftSetting(depth: 2)])
        #expect(berth.residents.first?.isEnding == false)
        berth.stopWaiting(unlessFor: [DraftSetting(depth: 8)])
        #expect(berth.residents.first?.isEnding == true)
        var served: [DraftSetting] = []
        for await setting in turns { served.append(setting) }
        #expect(served == [deep, .off])
    }

    @Test func theEngineThatWaitedLongestGivesWay() async {
        var berth = Berth(device: nil)
        var turns: [AsyncStream<DraftSetting>] = []
        for number in 1...3 {
            let (stream, turn) = AsyncStream<DraftSetting>.makeStream()
            turns.append(stream)
            #expect(berth.freeSocket == number - 1)
            berth.add(
                ResidentEngine(
                    number: number, setting: DraftSetting(depth: number), socket: berth.freeSocket,
                    turns: turn))
        }
        func resume(_ depth: Int) -> Bool { berth.resume(DraftSetting(depth: depth)) }
        func remove(_ number: Int) -> Bool { berth.remove(number) }
        #expect(!resume(1), "it serves")
        for number in [2, 3, 1] { berth.beginWaiting(number) }
        #expect(berth.waitingSettings.count == 3)
        #expect(resume(2))
        berth.stopWaiting(beyond: 2)
        #expect(berth.residents.filter(\.isEnding).map(\.number) == [3])
        berth.stopWaiting(beyond: 2)
        #expect(berth.residents.count(where: \.isEnding) == 1, "one that ends is not counted again")
        #expect(!resume(3), "it ends")
        berth.stopWaiting(beyond: 0)
        #expect(berth.residents.filter(\.isEnding).map(\.number) == [1, 3], "the one that serves goes on")
        var count = 0
        for await _ in turns[2] { count += 1 }
        #expect(count == 0)
        #expect(remove(3) && !remove(2) && !remove(2))
        #expect(berth.freeSocket == 1)
        berth.noteFull(for: DraftSetting(depth: 5))
        #expect(berth.mostResidents == 1)
        berth.noteUnstartable(DraftSetting(depth: 3))
        #expect(berth.mostResidents == 1)
        berth.noteUnstartable(DraftSetting(depth: 5))
        #expect(berth.mostResidents == .max, "the others were not in its way")
    }

    @Test func anEngineThatStartedFastOnceNeedNotStartBesideAnother() {
        var berth = Berth(device: nil)
        #expect(!berth.startsQuickly, "not known yet")
        berth.becomeBusy(startMilliseconds: 4300, takesOver: true)
        #expect(!berth.startsQuickly)
        berth.becomeBusy(startMilliseconds: 250, takesOver: false)
        berth.becomeBusy(startMilliseconds: 4300, takesOver: true)
        #expect(berth.startsQuickly, "beside one that works it starts slower than it can")
    }

    @Test func draftsOfNeighboursAreThoseFinishedLast() {
        let recent = RecentDrafts(capacity: 2)
        #expect(recent.add(1) == nil)
        #expect(recent.add(3) == 1)
        #expect(recent.add(5) == 2)
        #expect(recent.add(0) == 4)
    }
}
