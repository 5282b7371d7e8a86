import TestSupport
import Testing

@testable import Settings

@Suite struct SettingUnitsTests {
    @Test func durationsAreTheNumberTimesTheUnit() {
        var generator = SeededGenerator(seed: 5)
        let units: [(String, Double)] = [
            ("", 1), ("s", 1), ("ms", 0.001), ("m", 60), ("min", 60), ("h", 3600), ("d", 86400),
        ]
        for _ in 0..<500 {
            let (unit, seconds) = units[Int.random(in: 0..<units.count, using: &generator)]
            let number = Double(Int.random(in: 0...100_000, using: &generator)) / 8
            let spaces = String(repeating: " ", count: Int.random(in: 0...2, using: &generator))
            let duration = SettingUnits.duration("\(spaces)\(number)\(spaces)\(unit)")
            if number * seconds <= 1e9 {
                let value = (duration ?? .seconds(-1)) / .seconds(1)
                #expect(abs(value - number * seconds) <= 1e-9 * max(1, value), "\(number)\(unit)")
            } else {
                #expect(duration == nil)
            }
        }
    }

    @Test func sizesAreTheNumberTimesTheUnit() {
        var generator = SeededGenerator(seed: 6)
        let units: [(String, Int)] = [
            ("", 1), ("B", 1), ("K", 1 << 10), ("KiB", 1 << 10), ("kb", 1 << 10), ("MiB", 1 << 20),
            ("m", 1 << 20),
            ("GiB", 1 << 30), ("G", 1 << 30),
        ]
        for _ in 0..<500 {
            let (unit, factor) = units[Int.random(in: 0..<units.count, using: &generator)]
            let number = Int.random(in: 0...100_000, using: &generator)
            #expect(SettingUnits.bytes("\(number)\(unit)") == number * factor)
        }
        #expect(SettingUnits.bytes("1.5KiB") == 1536)
    }

    @Test(arguments: [
        "", " ", "s", "-1", "-1s", "1x", "1 2", "1.2.3", "1e3", "s1", "∞", "nan", "inf", "½h", "٣s", "1h30m",
        "99999999999999d", "+5",
    ])
    func nothingElseIsADuration(text: String) {
        #expect(SettingUnits.duration(text) == nil)
    }

    @Test(arguments: ["", "MiB", "-1", "1TiB", "1s", "0x10", "1,000", "1e400", "999999999GiB", "nan"])
    func nothingElseIsASize(text: String) {
        #expect(SettingUnits.bytes(text) == nil)
    }

    /// Whatever is written, the answer is a value or a refusal, never a trap.
    @Test func arbitraryTextIsSurvived() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("0123456789.smhdkKMGiB -+eE½٣")
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let text = String(
                (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
            if let duration = SettingUnits.duration(text) { #expect(duration >= .zero) }
            if let bytes = SettingUnits.bytes(text) { #expect(bytes >= 0) }
        }
    }

    @Test(arguments: [
        ("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("abc", "", 3), ("slots", "slot", 1),
        ("modle", "model", 2),
        ("kitten", "sitting", 3),
    ])
    func editDistanceIsLevenshteins(first: String, second: String, distance: Int) {
        #expect(EditDistance.between(first, second) == distance)
        #expect(EditDistance.between(second, first) == distance)
    }
}
