import EngineSimulation
import Foundation
import TestSupport
import Testing

@Suite("Profiles and groups as files")
struct ProfileFileTests {
    static let directory = TestPaths.projectRoot + "/docs/data/simulator"

    /// All files there but the groups, by their paths in the project.
    static func profileFiles() throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: directory).filter {
            $0.hasSuffix(".json") && $0 != "prompt-groups.json"
        }
        try #require(files.count >= 7)
        return files.map { "docs/data/simulator/\($0)" }
    }

    @Test("A start takes its own time and that of loading the model")
    func start() throws {
        #expect(try Samples.profile().startMilliseconds == 200)
    }

    @Test(
        "A profile that cannot be used is refused, with the field's name",
        arguments: [
            (#""drafts": 3, "slots": 4"#, #""drafts": 2, "slots": 4"#, .missingPlaces, "step.places"),
            (#""drafts": 3, "slots": 4"#, #""drafts": 3, "slots": 1"#, .repeatedPlace, "step.places[3]"),
            (#""milliseconds": 19"#, #""milliseconds": -19"#, .outOfRange, "step.places[2].milliseconds"),
            (#""milliseconds": 19"#, #""milliseconds": 0"#, .outOfRange, "step.places[2].milliseconds"),
            (#""milliseconds": 19"#, #""milliseconds": "19""#, .wrongType, "step.places[2].milliseconds"),
            (#""milliseconds_per_token": 0.5,"#, "", .missingField, "reading.milliseconds_per_token"),
            (#""chunk_tokens""#, #""chunks""#, .unknownField, "reading.chunks"),
            (#""name""#, #""title": "", "name""#, .unknownField, "title"),
            (#""mainline""#, #""vllm""#, .outOfRange, "dialect"),
            (#""disturbance": {}"#, #""disturbance": {"stalls": 3}"#, .unknownField, "disturbance.stalls"),
            (#""disturbance": {}"#, #""disturbance": []"#, .wrongType, "disturbance"),
            (#""disturbance": {}}"#, #""disturbance": {}"#, .notJSON, ""),
        ] as [(String, String, SimulationFileError.Fault, String)])
    func badProfile(old: String, new: String, fault: SimulationFileError.Fault, path: String) throws {
        let error = #expect(throws: SimulationFileError.self) {
            try Samples.profile { $0.replacing(old, with: new) }
        }
        #expect(error?.fault == fault && error?.path == path, "\(error?.description ?? "no error")")
    }

    @Test("Missing places are named one by one")
    func missingPlaces() throws {
        let error = #expect(throws: SimulationFileError.self) {
            try Samples.profile {
                $0.replacing(#", {"drafts": 0, "slots": 4, "milliseconds": 16}"#, with: "")
            }
        }
        #expect(error?.reason.contains("0 drafts, 4 slots") == true)
    }

    @Test(
        "A file of groups that cannot be used is refused, with the field's name",
        arguments: [
            ("[0.8, 0.7, 0.6]", "[0.8, 1.7]", .outOfRange, "groups.even.acceptance[1]"),
            ("[0.8, 0.7, 0.6]", "[]", .outOfRange, "groups.even.acceptance"),
            (#""median": 50"#, #""mean": 50"#, .missingField, "groups.even.answer_tokens.median"),
            (#""group": "even""#, #""group": "odd""#, .unknownGroup, "prompts.0000000000000001.group"),
            (#""default_group": "even""#, #""default_group": "odd""#, .unknownGroup, "default_group"),
            ("00000000000000ff", "ff", .wrongType, "prompts.ff"),
            (#""confidence_spread""#, #""confidence""#, .unknownField, "groups.scattered.confidence"),
        ] as [(String, String, SimulationFileError.Fault, String)])
    func badGroups(old: String, new: String, fault: SimulationFileError.Fault, path: String) throws {
        let error = #expect(throws: SimulationFileError.self) {
            try Samples.prompts { $0.replacing(old, with: new) }
        }
        #expect(error?.fault == fault && error?.path == path, "\(error?.description ?? "no error")")
    }

    @Test("Prompts are found by the hash of their text, others belong to the default group")
    func lookup() throws {
        let prompts = try Samples.prompts()
        #expect(prompts.group(of: 0xff) == "sure" && prompts.group(of: 2) == "even")
        var random = RandomStream(seed: 1)
        #expect(prompts.behaviour(of: 1, random: &random)?.answerTokens == 7)
        // FNV-1a of "a\n": the generator of batches computes the same.
        #expect(PromptText("a").hash == 0x089b_dc07_b544_e7b2)
    }
}
