import JSON
import PromptBatch
import Settings
import Testing

@testable import Dispatching

@Suite struct ModelChoiceTests {
    private let names = ModelNameSettings(map: ["gpt-4o": "tiny"])

    @Test func aMappedNameIsReplacedInItsPlace() throws {
        let body = try JSON.parse(Array(#"{"model":"gpt-4o","max_tokens":1.50}"#.utf8))
        let choice = ModelChoice(body, names: names, served: ["tiny"])
        #expect(choice.body.text == #"{"model":"tiny","max_tokens":1.50}"#)
        #expect(choice.asked == "gpt-4o" && choice.key == "model-names.map.gpt-4o")
    }

    @Test func anotherNameIsForwardedAsItIs() throws {
        let body: JSON = ["model": "other"]
        let choice = ModelChoice(body, names: names, served: ["tiny"])
        #expect(choice.body == body && choice.model == "other" && choice.key == nil)
        #expect(choice.remedy(known: ["tiny", "more"]).contains("model-names: {map: {other: more}}"))
    }

    @Test(arguments: [
        ("", ["tiny"], "tiny"), ("", ["a", "b"], nil), ("", [], nil), ("b", ["a", "b"], "b"), ("b", [], "b"),
    ])
    func aPromptWithoutANameGetsTheDefaultOrTheOnlyModel(
        configured: String, served: [String], expected: String?
    ) {
        let names = ModelNameSettings(defaultModel: configured)
        let choice = ModelChoice(["prompt": "x"], names: names, served: served)
        #expect(choice.model == expected && choice.body["model"]?.stringValue == expected)
    }

    @Test func aWrongTargetIsMendedInTheConfiguration() {
        let choice = ModelChoice(["model": "gpt-4o"], names: names, served: [])
        #expect(
            choice.remedy(known: ["x"])
                == "set model-names.map.gpt-4o in the configuration to a model that it serves: x")
    }
}
