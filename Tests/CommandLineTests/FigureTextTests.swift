import Foundation
import PromptBatch
import Testing

@testable import draftspool

struct FigureTextTests {
    @Test(arguments: [
        (0.0, "0:00"), (7.4, "0:07"), (750, "12:30"), (3723, "1:02:03"), (-5, "0:00"), (1e300, "99:59:59"),
    ])
    func clock(_ seconds: Double, _ expected: String) {
        #expect(FigureText.clock(seconds: seconds) == expected)
    }

    @Test(
        arguments: [(3723, "1:02:03"), (360_000, "4 days"), (1e300, "1000000000 days")] as [(Double, String)])
    func span(_ seconds: Double, _ expected: String) {
        #expect(FigureText.span(seconds: seconds) == expected)
    }

    @Test(
        arguments: [(0, "0"), (48.3, "48"), (1234, "1230"), (43_949, "43900"), (99_960, "100000")]
            as [(Double, String)])
    func about(_ value: Double, _ expected: String) {
        #expect(FigureText.about(value) == expected)
    }

    @Test func momentsOfOtherDaysHaveTheirDay() throws {
        let utc = try #require(TimeZone(secondsFromGMT: 0))
        let noon = Date(timeIntervalSince1970: 1_764_244_800)
        #expect(FigureText.moment(noon, now: noon, timeZone: utc) == "12:00")
        let later = noon.addingTimeInterval(21 * 3600)
        #expect(FigureText.moment(later, now: noon, timeZone: utc) == "2025-11-28 09:00")
    }

    @Test(arguments: [(134.4, "134"), (46.52, "46.5"), (4.652, "4.65"), (0, "0.00")])
    func rate(_ value: Double, _ expected: String) {
        #expect(FigureText.rate(value) == expected)
    }

    @Test(arguments: [
        (7_800_000, "7.8 MB"), (4_200_000_000, "4.2 GB"), (999, "999 bytes"), (1_500, "1.5 kB"),
    ])
    func bytes(_ count: UInt64, _ expected: String) {
        #expect(FigureText.bytes(count) == expected)
    }

    @Test func absentFiguresAreDashes() {
        #expect(FigureText.share(nil) == "–" && FigureText.rate(nil) == "–" && FigureText.times(nil) == "–")
        #expect(FigureText.times(1.314) == "1.31×" && FigureText.share(0.826) == "0.83")
    }

    @Test func nounsAgreeWithTheirNumber() {
        #expect(FigureText.count(1, "prompt") == "1 prompt" && FigureText.count(0, "prompt") == "0 prompts")
    }
}
