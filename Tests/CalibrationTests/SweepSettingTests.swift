import Foundation
import Speculation
import Testing

@testable import Calibration

struct SweepSettingTests {
    @Test(arguments: [
        ("off", SweepSetting.off), ("0", .off), ("3", SweepSetting(DraftSetting(depth: 3))),
        ("16", SweepSetting(DraftSetting(depth: 16))),
        ("3@0.75", SweepSetting(DraftSetting(depth: 3, pMin: 0.75))),
        ("2@0", SweepSetting(DraftSetting(depth: 2))),
    ])
    func settingsAreRead(_ text: String, _ setting: SweepSetting) {
        #expect(SweepSetting(parsing: text) == setting)
    }

    @Test(arguments: ["", "-1", "17", "3@", "@0.5", "3@1.5", "3@0.5@1", "deep", "3@nan"])
    func otherTextIsRefused(_ text: String) {
        #expect(SweepSetting(parsing: text) == nil)
    }

    @Test func everySettingSurvivesCoding() throws {
        for depth in 0...16 {
            for pMin in [0, 0.5, 0.75] {
                for usesNgrams in [false, true] {
                    let setting = SweepSetting(
                        DraftSetting(depth: depth, pMin: pMin, usesNgrams: usesNgrams))
                    let coded = try JSONEncoder().encode(setting)
                    #expect(try JSONDecoder().decode(SweepSetting.self, from: coded) == setting)
                }
            }
        }
    }

    @Test func namesTellSettingsApart() {
        let settings = [0, 3, 5].flatMap { depth in
            [0, 0.75].flatMap { pMin in
                [false, true].map {
                    SweepSetting(DraftSetting(depth: depth, pMin: pMin, usesNgrams: $0))
                }
            }
        }
        let distinct = Set(settings)
        #expect(Set(distinct.map(\.label)).count == distinct.count)
        #expect(Set(distinct.map(\.shortLabel)).count == distinct.count)
        #expect(distinct.sorted().first == .off)
    }

    @Test func conditionsAreAllCombinations() {
        #expect(SweepCondition.combinations(temperatures: [], thinking: []) == [SweepCondition()])
        let all = SweepCondition.combinations(temperatures: [0, 0.7], thinking: [true, false])
        #expect(Set(all).count == 4)
        #expect(all.allSatisfy { $0.temperature != nil && $0.thinking != nil })
    }
}
