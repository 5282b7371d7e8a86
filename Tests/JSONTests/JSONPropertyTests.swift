import JSON
import TestSupport
import Testing

@Suite("JSON over random input")
struct JSONPropertyTests {
    @Test("what is written reads back as it was, on one line")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<400 {
            let value = RandomJSON.value(using: &generator)
            let bytes = value.serialized()
            let isOneLine = !bytes.contains { $0 < 0x20 }
            guard isOneLine, try JSON.parse(bytes) == value else {
                Issue.record("does not read back: \(value.text)")
                return
            }
        }
    }

    @Test("damaged text never crashes, and what is accepted is stable")
    func mutation() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<800 {
            var bytes = RandomJSON.value(using: &generator).serialized()
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                case 1 where place < bytes.count: bytes.remove(at: place)
                case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
                default: bytes.removeSubrange(place...)
                }
            }
            do throws(JSONParseError) {
                let value = try JSON.parse(bytes)
                if try JSON.parse(value.serialized()) != value { Issue.record("not stable: \(value.text)") }
            } catch  where !(0...bytes.count).contains(error.offset) {
                Issue.record("\(error) is outside of \(bytes.count) bytes")
            } catch {}
        }
    }

    @Test("random bytes never crash")
    func noise() {
        var generator = SeededGenerator(seed: 3)
        let alphabet = Array("{}[]\",:0123456789.eE+-truefalsn\\u \n".utf8) + [0xC3, 0xA9, 0xFF, 0x00]
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...60, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            _ = try? JSON.parse(bytes)
        }
    }
}
