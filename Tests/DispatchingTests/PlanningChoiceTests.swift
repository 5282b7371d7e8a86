import Speculation
import Testing

@testable import Dispatching

/// What a new engine is timed at, and what a change of lanes is taken to cost.
@Suite struct PlanningChoiceTests {
    private func choice(_ candidates: [DraftSetting], slots: [Int]) -> Planning.Choice {
        Planning.Choice(candidates: candidates, slots: slots.last ?? 1, slotChoices: slots)
    }

    @Test func aNewEngineIsTimedAtTheDeepestUsualDepth() {
        let settings = [0, 1, 2, 3, 5].map { DraftSetting(depth: $0) } + [DraftSetting(depth: 3, pMin: 0.75)]
        #expect(choice(settings.sorted(), slots: [4]).settingToMeasure == DraftSetting(depth: 3))
        let shallow = DraftSetting(depth: 2)
        #expect(choice([.off, shallow], slots: [4]).settingToMeasure == shallow)
        #expect(choice([.off], slots: [4]).settingToMeasure == .off)
    }

    @Test func aNewEngineIsTimedWithOneSlotAndWithAll() {
        #expect(choice([.off], slots: [1]).busySlotsToMeasure == [1])
        #expect(choice([.off], slots: [4]).busySlotsToMeasure == [1, 4])
        #expect(choice([.off], slots: [1, 2, 3, 4, 6, 8]).busySlotsToMeasure == [1, 4, 8])
    }

    @Test func aChangeCostsAStartUntilOneWasSeen() {
        var cost = ChangeCost()
        cost.noteStart(seconds: 11)
        #expect(cost.seconds == 11)
        cost.noteChange(idleSeconds: 4)
        #expect(cost.seconds == 4)
        cost.noteChange(idleSeconds: 8)
        #expect(cost.seconds == 6)
        cost.noteStart(seconds: 11)
        #expect(cost.seconds == 6)
    }
}
