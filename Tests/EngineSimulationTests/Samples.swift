import EngineSimulation
import Foundation
import TestSupport
import Testing

/// Profiles, groups and tasks to simulate with.
enum Samples {
    static let profileText = """
        {"name": "sample", "about": "made up", "dialect": "mainline", "quantization": "Q8_0",
         "start": {"milliseconds": 100, "model_gigabytes": 2, "milliseconds_per_gigabyte": 50},
         "step": {"places": [
           {"drafts": 0, "slots": 1, "milliseconds": 10}, {"drafts": 0, "slots": 4, "milliseconds": 16},
           {"drafts": 3, "slots": 1, "milliseconds": 19}, {"drafts": 3, "slots": 4, "milliseconds": 40}],
           "drafting_pass_milliseconds": 0.5, "uneven_milliseconds": 2},
         "reading": {"milliseconds_per_prompt": 3, "milliseconds_per_chunk": 5, "milliseconds_per_token": 0.5,
           "drafting_milliseconds_per_token": 0.1, "chunk_tokens": 64, "step_tokens": 128},
         "disturbance": {}}
        """
    static let groupsText = """
        {"about": "made up", "default_group": "even",
         "groups": {
           "even": {"acceptance": [0.8, 0.7, 0.6], "answer_tokens": {"median": 50}},
           "sure": {"acceptance": [1], "answer_tokens": {"median": 50}},
           "hopeless": {"acceptance": [0], "answer_tokens": {"median": 50}},
           "scattered": {"acceptance": [0.7], "acceptance_deviation": 0.8, "confidence_spread": 1.5,
             "answer_tokens": {"median": 200, "deviation": 0.5}}},
         "prompts": {"00000000000000ff": "sure", "0000000000000001": {"group": "even", "answer_tokens": 7}}}
        """

    static func profile(_ change: (String) -> String = { $0 }) throws -> EngineProfile {
        try EngineProfile(parsing: Array(change(profileText).utf8))
    }

    static func prompts(_ change: (String) -> String = { $0 }) throws -> HiddenPrompts {
        try HiddenPrompts(parsing: Array(change(groupsText).utf8))
    }

    static func task(
        _ id: Int, group: String, promptTokens: Int = 20, maximumTokens: Int? = nil, ignoresEnd: Bool = false,
        slot: Int? = nil, depth: Int = 0, pMin: Double = 0
    ) throws -> GenerationTask {
        let prompts = try prompts {
            $0.replacing(#""default_group": "even""#, with: #""default_group": "\#(group)""#)
        }
        var random = RandomStream(seed: 7, UInt64(id))
        let behaviour = try #require(prompts.behaviour(of: UInt64(id) << 32, random: &random))
        return GenerationTask(
            id: id, promptTokens: promptTokens, behaviour: behaviour, maximumTokens: maximumTokens,
            ignoresEnd: ignoresEnd, slot: slot, depth: depth, pMin: pMin, random: random)
    }

    static func engine(slots: Int, depth: Int, seed: UInt64 = 1, profile: EngineProfile? = nil) throws
        -> SimulatedEngine
    {
        SimulatedEngine(
            profile: try profile ?? self.profile(),
            settings: .init(slots: slots, isDrafting: depth > 0, seed: seed))
    }

    static func publishedFile(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: TestPaths.projectRoot + "/" + path)))
    }
}
