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
        let engines = DeviceEngines()
        let (turns, turn) = AsyncStream<DraftSetting>.makeStream()
        engines.add(DeviceEngine(number: 1, setting: .off, socket: 0, turns: turn))
        #expect(engines.offers(.off) && !engines.offers(DraftSetting(depth: 3)), "it is not known yet")
        engines.note(RequestDepth(greatest: 5, honoursPMin: true), of: 1)
        let deep = DraftSetting(depth: 5, pMin: 0.75)
        #expect(engines.offers(deep) && !engines.offers(DraftSetting(depth: 6)))
        func resume(_ setting: DraftSetting) -> Bool { engines.resume(setting) }
        #expect(!resume(deep), "it serves")
        engines.beginWaiting(1)
        #expect(!resume(DraftSetting(depth: 6)))
        #expect(resume(deep))
        #expect(engines.all.first?.setting == deep && engines.isUnserved == false)
        engines.beginWaiting(1)
        #expect(resume(.off))
        engines.beginWaiting(1)
        engines.stopWaiting(unlessFor: [DraftSetting(depth: 2)])
        #expect(engines.all.first?.isEnding == false)
        engines.stopWaiting(unlessFor: [DraftSetting(depth: 8)])
        #expect(engines.all.first?.isEnding == true)
        var served: [DraftSetting] = []
        for await setting in turns { served.append(setting) }
        #expect(served == [deep, .off])
    }

    @Test func theEngineThatWaitedLongestGivesWay() async {
        let engines = DeviceEngines()
        var turns: [AsyncStream<DraftSetting>] = []
        for number in 1...3 {
            let (stream, turn) = AsyncStream<DraftSetting>.makeStream()
            turns.append(stream)
            #expect(engines.freeSocket == number - 1)
            engines.add(
                DeviceEngine(
                    number: number, setting: DraftSetting(depth: number), socket: engines.freeSocket,
                    turns: turn))
        }
        func resume(_ depth: Int) -> Bool { engines.resume(DraftSetting(depth: depth)) }
        func remove(_ number: Int) -> Bool { engines.remove(number) }
        #expect(!resume(1), "it serves")
        for number in [2, 3, 1] { engines.beginWaiting(number) }
        #expect(engines.waitingSettings.count == 3)
        #expect(resume(2))
        engines.stopWaiting(beyond: 2)
        #expect(engines.all.filter(\.isEnding).map(\.number) == [3])
        engines.stopWaiting(beyond: 2)
        #expect(engines.all.count(where: \.isEnding) == 1, "one that ends is not counted again")
        #expect(!resume(3), "it ends")
        engines.stopWaiting(beyond: 0)
        #expect(engines.all.filter(\.isEnding).map(\.number) == [1, 3], "the one that serves goes on")
        var count = 0
        for await _ in turns[2] { count += 1 }
        #expect(count == 0)
        #expect(remove(3) && !remove(2) && !remove(2))
        #expect(engines.freeSocket == 1)
        engines.noteFull(for: DraftSetting(depth: 5))
        #expect(engines.most == 1)
        engines.noteUnstartable(DraftSetting(depth: 3))
        #expect(engines.most == 1)
        engines.noteUnstartable(DraftSetting(depth: 5))
        #expect(engines.most == .max, "the others were not in its way")
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
