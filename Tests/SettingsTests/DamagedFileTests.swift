import Foundation
import TestSupport
import Testing

@testable import Settings

@Suite("A damaged configuration file")
struct DamagedFileTests {
    @Test("is read, or refused with its name; it never ends the daemon")
    func damaged() async throws {
        let example = try Data(contentsOf: URL(fileURLWithPath: ExampleFileTests.path))
        // Comments are most of the example and hide most of the damage.
        let lines = example.split(separator: UInt8(ascii: "\n")).filter { !$0.starts(with: Array("#".utf8)) }
        let whole = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
        var generator = SeededGenerator(seed: 21)
        let alphabet = Array(":- \n\t#&*!|>'\"[]{}%@,0aé".utf8)
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
                case 1: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
                case 2: bytes.remove(at: place)
                default: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            let path = NSTemporaryDirectory() + "/draftspool-damaged-\(UUID().uuidString).yaml"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            defer { unlink(path) }
            do throws(SettingsError) {
                _ = try await SettingsLoader(file: path, environment: [:]).load()
            } catch {
                if !error.origin.hasPrefix(path) || error.problem.isEmpty {
                    Issue.record("\(error) does not name the file; \(String(decoding: bytes, as: UTF8.self))")
                }
            }
        }
    }
}
