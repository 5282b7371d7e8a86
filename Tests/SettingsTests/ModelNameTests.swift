import Foundation
import Testing

@testable import Settings

@Suite struct ModelNameTests {
    @Test func namesAreReadFromTheFile() async throws {
        let file = try ConfigurationFile(
            "model-names:\n  default: large\n  map: {gpt-4o: Qwen3.6-27B, gpt-4.1: org/small, 4: four}\n")
        let names = try await file.load().modelNames
        #expect(names.defaultModel == "large")
        #expect(names.map == ["gpt-4o": "Qwen3.6-27B", "gpt-4.1": "org/small", "4": "four"])
    }

    @Test(arguments: ["", "model-names: {}", "model-names: {map: {}}", "model-names: {default: \"\"}"])
    func withoutNamesThereAreNone(text: String) async throws {
        #expect(try await ConfigurationFile(text).load().modelNames == ModelNameSettings())
    }

    @Test func theEnvironmentWinsOverTheFileAndAFlagOverBoth() async throws {
        let file = try ConfigurationFile("model-names: {map: {a: file}}")
        let environment = ["DRAFTSPOOL_MODEL_NAMES_MAP": "a=environment, b=other"]
        let loader = SettingsLoader(file: file.path, environment: environment)
        #expect(try await loader.load().modelNames.map == ["a": "environment", "b": "other"])
        let flagged = SettingsLoader(
            file: file.path, flags: ["model-names.map": "a=flag"], environment: environment)
        #expect(try await flagged.load().modelNames.map == ["a": "flag"])
    }

    @Test(arguments: [
        (
            "model-names: {map: {a: }}", "model-names.map.a",
            "takes the name of a model that the engine serves"
        ),
        (
            "model-names: {map: {a: [b]}}", "model-names.map.a",
            "takes the name of a model that the engine serves"
        ),
        (
            "model-names: {map: {a: {b: c}}}", "model-names.map.a",
            "takes the name of a model that the engine serves"
        ),
        (
            "model-names: {map: large}", "model-names.map",
            "takes names with their models, in YAML {gpt-4o: MODEL}, elsewhere gpt-4o=MODEL,gpt-4=MODEL, not 'large'"
        ),
        ("model-names: {map: 'a=b,a=c'}", "model-names.map", "has 'a' twice; leave one of them out"),
        ("model-names: {maps: {a: b}}", "model-names.maps.a", "did you mean 'model-names.map'?"),
    ])
    func whatIsNoMapIsNamed(text: String, key: String, problem: String) async throws {
        let error = try await ConfigurationFile(text).failure()
        #expect(error.key == key)
        #expect(error.problem.hasSuffix(problem))
    }
}
