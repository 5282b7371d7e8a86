import JSON
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

    /// "é" in one scalar and in two: equal as Swift's strings, not as JSON's.
    private static let composed = "\u{E9}"
    private static let decomposed = "e\u{301}"

    @Test("names are compared by their bytes, in small and large objects", arguments: [0, 30])
    func canonicalEquivalents(others: Int) {
        var object = JSONObject((0..<others).map { ("k\($0)", JSON($0)) })
        object[Self.composed] = 1
        object[Self.decomposed] = 2
        #expect(object.count == others + 2)
        #expect(object[Self.composed] == 1 && object[Self.decomposed] == 2)
        #expect(object.removeValue(forKey: Self.composed) == 1)
        #expect(object[Self.composed] == nil && object[Self.decomposed] == 2)
    }

    @Test("objects and strings that differ in normalisation differ")
    func equalityByBytes() {
        #expect(([Self.composed: 1] as JSONObject) != [Self.decomposed: 1])
        #expect(JSON.string(Self.composed) != JSON.string(Self.decomposed))
        #expect(JSON.array([.string(Self.composed)]) != JSON.array([.string(Self.decomposed)]))
        #expect(Set([JSON.string(Self.composed), .string(Self.decomposed), .string("\u{E9}")]).count == 2)
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
