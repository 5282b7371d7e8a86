import Speculation
import Testing

@testable import Dispatching

@Suite struct FailedSettingsTests {
    private let deep = DraftSetting(depth: 5)

    @Test func pausesDoubleUpToAnHour() {
        let failed = FailedSettings()
        let pauses = (0..<8).map { _ in failed.note(deep, reason: "no memory", firstPause: .seconds(60)) }
        #expect(pauses == [60, 120, 240, 480, 960, 1920, 3600, 3600].map { .seconds($0) })
        #expect(failed.all.map(\.starts) == [8])
        #expect(failed.paused == [deep])
    }

    @Test func aSettingThatStartsIsForgotten() {
        let failed = FailedSettings()
        _ = failed.note(deep, reason: "no memory", firstPause: .seconds(60))
        failed.clear(deep)
        #expect(failed.paused.isEmpty && failed.all.isEmpty)
        #expect(failed.note(deep, reason: "again", firstPause: .seconds(60)) == .seconds(60))
    }

    @Test func aSettingIsTriedAgainWhenItsPauseIsOver() {
        let failed = FailedSettings()
        _ = failed.note(deep, reason: "no memory", firstPause: .zero)
        #expect(failed.paused.isEmpty)
        #expect(failed.all.map(\.reason) == ["no memory"], "it is named until it has started")
    }

    @Test func settingsFailEachForItself() {
        let failed = FailedSettings()
        _ = failed.note(deep, reason: "no memory", firstPause: .seconds(60))
        #expect(failed.note(DraftSetting(depth: 3), reason: "", firstPause: .seconds(60)) == .seconds(60))
        #expect(failed.all.map(\.setting.depth) == [3, 5])
    }
}
