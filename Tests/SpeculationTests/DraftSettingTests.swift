import Speculation
import Testing

@Suite struct DraftSettingTests {
    @Test func depthZeroHasNoThreshold() {
        var setting = DraftSetting(depth: 0, pMin: 0.75)
        #expect(setting == .off)
        setting = DraftSetting(depth: 3, pMin: 0.75)
        setting.depth = 0
        #expect(setting == .off)
        #expect(DraftSetting(depth: -2) == .off)
        #expect(DraftSetting(depth: 3, pMin: .nan).pMin == 0)
        #expect(DraftSetting(depth: 3, pMin: 2).pMin == 1)
    }

    @Test func ordersByDepthThenThreshold() {
        let sorted = [
            DraftSetting(depth: 3, pMin: 0.75), DraftSetting(depth: 5), .off, DraftSetting(depth: 3),
        ]
        .sorted()
        #expect(sorted.map(\.depth) == [0, 3, 3, 5])
        #expect(sorted[1].pMin == 0)
    }
}
