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
        // What took a minute to make is followed for long.
        return CurrentPlan(
            made, start: ContinuousClock.now - .seconds(60),
            unproven: Dictionary(uniqueKeysWithValues: kinds.map { ($0.key, PromptKind($0.traits)) }))
    }

    @Test func aPlanIsFollowedUntilItsPromptsAreTaken() {
        var plan = plan()
        #expect(plan.open == ["a", "b", "c", "d"])
        #expect(plan.isFresh())
        for key in ["a", "a", "b", "b", "c", "d"] { #expect(plan.take(key) != nil) }
        #expect(plan.open.isEmpty)
        #expect(!plan.isFresh())
        #expect(plan.take("unknown") == nil)
    }

    @Test func oneOfEachUnseenKindIsSentAheadAndTheOthersWaitForIt() {
        var plan = plan(unproven: [.creative, .math])
        let looks = FirstLooks()
        let creative = PromptKind(Self.traits(.creative))
        let math = PromptKind(Self.traits(.math))
        #expect(looks.preferred(in: plan) == (["b", "c", "d"], true))
        looks.beginPicking()
        #expect(looks.preferred(in: plan) == (["a"], false))
        looks.endPicking()
        looks.send(creative)
        _ = plan.take("b")
        #expect(looks.preferred(in: plan) == (["d"], true))
        looks.send(math)
        _ = plan.take("d")
        #expect(looks.preferred(in: plan) == (["a"], false))
        _ = plan.take("a")
        _ = plan.take("a")
        #expect(looks.preferred(in: plan) == (["b", "c"], false), "they need not wait for nothing")
        looks.comeBack(creative, isAnswered: false)
        looks.comeBack(creative, isAnswered: false)
        #expect(looks.preferred(in: plan) == (["b", "c"], true))
        looks.comeBack(creative, isAnswered: true)
        #expect(looks.preferred(in: plan).isFirst == false, "an answer that taught nothing was one, too")
    }

    @Test func aPlaceLearnsWhatAChangeCosts() {
        let device = Device(name: nil)
        _ = device.becomeBusy(startMilliseconds: 3_600_000, takesOver: false)
        #expect(device.switchCostSeconds == 3600)
        device.becomeIdle()
        _ = device.becomeBusy(startMilliseconds: 3_600_000, takesOver: false)
        #expect(device.switchCostSeconds < 600, "the time without a lane counts, not the engine's start")
        #expect(device.breakDown() > .zero)
        #expect(device.breakDown() == .zero)
    }

    @Test func anEngineWhoseRequestsChooseServesAllThatItOffers() async {
        let device = Device(name: nil)
        let (turns, turn) = AsyncStream<DraftSetting>.makeStream()
        device.add(DeviceEngine(number: 1, setting: .off, socket: 0, turns: turn))
        #expect(device.offers(.off) && !device.offers(DraftSetting(depth: 3)), "it is not known yet")
        device.note(RequestDepth(greatest: 5, honoursPMin: true), of: 1)
        let deep = DraftSetting(depth: 5, pMin: 0.75)
        #expect(device.offers(deep) && !device.offers(DraftSetting(depth: 6)))
        func resume(_ setting: DraftSetting) -> Bool { device.resume(setting) }
        #expect(!resume(deep), "it serves")
        device.beginWaiting(1)
        #expect(!resume(DraftSetting(depth: 6)))
        #expect(resume(deep))
        #expect(device.engines.first?.setting == deep && device.isUnserved == false)
        device.beginWaiting(1)
        #expect(resume(.off))
        device.beginWaiting(1)
        device.stopWaiting(unlessFor: [DraftSetting(depth: 2)])
        #expect(device.engines.first?.isEnding == false)
        device.stopWaiting(unlessFor: [DraftSetting(depth: 8)])
        #expect(device.engines.first?.isEnding == true)
        var served: [DraftSetting] = []
        for await setting in turns { served.append(setting) }
        #expect(served == [deep, .off])
    }

    @Test func theEngineThatWaitedLongestGivesWay() async {
        let device = Device(name: nil)
        var turns: [AsyncStream<DraftSetting>] = []
        for number in 1...3 {
            let (stream, turn) = AsyncStream<DraftSetting>.makeStream()
            turns.append(stream)
            #expect(device.freeSocket == number - 1)
            device.add(
                DeviceEngine(
                    number: number, setting: DraftSetting(depth: number), socket: device.freeSocket,
                    turns: turn))
        }
        func resume(_ depth: Int) -> Bool { device.resume(DraftSetting(depth: depth)) }
        func remove(_ number: Int) -> Bool { device.remove(number) }
        #expect(!resume(1), "it serves")
        for number in [2, 3, 1] { device.beginWaiting(number) }
        #expect(device.waitingSettings.count == 3)
        #expect(resume(2))
        device.stopWaiting(beyond: 2)
        #expect(device.engines.filter(\.isEnding).map(\.number) == [3])
        device.stopWaiting(beyond: 2)
        #expect(device.engines.count(where: \.isEnding) == 1, "one that ends is not counted again")
        #expect(!resume(3), "it ends")
        device.stopWaiting(beyond: 0)
        #expect(device.engines.filter(\.isEnding).map(\.number) == [1, 3], "the one that serves goes on")
        var count = 0
        for await _ in turns[2] { count += 1 }
        #expect(count == 0)
        #expect(remove(3) && !remove(2) && !remove(2))
        #expect(device.freeSocket == 1)
        device.noteFull(for: DraftSetting(depth: 5))
        #expect(device.mostEngines == 1)
        device.noteUnstartable(DraftSetting(depth: 3))
        #expect(device.mostEngines == 1)
        device.noteUnstartable(DraftSetting(depth: 5))
        #expect(device.mostEngines == .max, "the others were not in its way")
    }

    @Test func anEngineThatStartedFastOnceNeedNotStartBesideAnother() {
        let device = Device(name: nil)
        #expect(!device.startsQuickly, "not known yet")
        _ = device.becomeBusy(startMilliseconds: 4300, takesOver: true)
        #expect(!device.startsQuickly)
        _ = device.becomeBusy(startMilliseconds: 250, takesOver: false)
        _ = device.becomeBusy(startMilliseconds: 4300, takesOver: true)
        #expect(device.startsQuickly, "beside one that works it starts slower than it can")
    }

    @Test func draftsOfNeighboursAreThoseFinishedLast() {
        let recent = RecentDrafts(capacity: 2)
        #expect(recent.add(1) == nil)
        #expect(recent.add(3) == 1)
        #expect(recent.add(5) == 2)
        #expect(recent.add(0) == 4)
    }
}
