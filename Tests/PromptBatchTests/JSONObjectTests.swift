import PromptBatch
import TestSupport
import Testing

@Suite("Members of a JSON object")
struct JSONObjectTests {
    @Test("behaves like an ordered dictionary through random edits, small and large")
    func randomEdits() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<12 {
            var object = JSONObject()
            var model: [(key: String, value: JSON)] = []
            for step in 0..<150 {
                let key = "k\(Int.random(in: 0..<40, using: &generator))"
                if Int.random(in: 0..<3, using: &generator) == 0 {
                    let removed = object.removeValue(forKey: key)
                    let place = model.firstIndex { $0.key == key }
                    if removed != place.map({ model[$0].value }) { Issue.record("removed the wrong \(key)") }
                    if let place { model.remove(at: place) }
                } else {
                    object[key] = JSON(step)
                    if let place = model.firstIndex(where: { $0.key == key }) {
                        model[place].value = JSON(step)
                    } else {
                        model.append((key, JSON(step)))
                    }
                }
            }
            #expect(object.keys == model.map(\.key))
            #expect(model.allSatisfy { object[$0.key] == $0.value })
            #expect(object == JSONObject(model))
            #expect(object.hashValue == JSONObject(model).hashValue)
        }
    }

    @Test("equality minds the order")
    func order() {
        #expect(JSONObject([("a", 1), ("b", 2)]) != JSONObject([("b", 2), ("a", 1)]))
        #expect(JSONObject([("a", 1), ("a", 2)]) == ["a": 2])
    }

    @Test("setting nil removes")
    func setNil() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = nil
        object["x"] = nil
        #expect(object == ["b": 2])
        #expect(object.count == 1)
    }
}
