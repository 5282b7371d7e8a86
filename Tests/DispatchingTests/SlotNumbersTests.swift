import JSON
import PromptBatch
import Engine
import TestSupport
import Testing

@testable import Dispatching

@Suite("Slots of a managed engine")
struct SlotNumbersTests {
    @Test("No number is given twice, and each is the least that is free", arguments: 0..<50)
    func leastFree(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var numbers = SlotNumbers()
        var taken: Set<Int> = []
        for _ in 0..<200 {
            if let number = taken.randomElement(using: &generator), Bool.random(using: &generator) {
                numbers.giveBack(number)
                taken.remove(number)
            } else {
                let number = numbers.take()
                #expect(!taken.contains(number))
                #expect((0..<number).allSatisfy(taken.contains))
                taken.insert(number)
            }
        }
    }

    @Test("A body gets the slot's number where it has none, and is else sent as it is")
    func bodies() {
        let plain: JSON = ["prompt": "x"]
        let asking: JSON = ["id_slot": 7, "prompt": "x"]
        func sent(_ body: JSON, slot: Int?) -> String {
            let request = GenerationRequest(
                path: "/v1/completions", body: body, slot: slot, timeout: .seconds(1))
            return String(decoding: request.body, as: UTF8.self)
        }
        #expect(sent(plain, slot: 2) == #"{"prompt":"x","id_slot":2}"#)
        #expect(sent(plain, slot: nil) == #"{"prompt":"x"}"#)
        #expect(sent(asking, slot: 2) == #"{"id_slot":7,"prompt":"x"}"#)
    }
}
