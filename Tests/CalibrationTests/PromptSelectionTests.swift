import PromptBatch
import Testing
import Workload

@testable import Calibration
@testable import Intake

struct PromptSelectionTests {
    private let judge: PromptJudge

    init() throws {
        judge = try PromptJudge(rules: [])
    }

    private func prompts(_ lines: [String]) throws -> [Prompt] {
        let parser = PromptParser()
        return try lines.enumerated().map { try parser.parseLine(Array($1.utf8), line: $0 + 1) }
    }

    @Test func builtInPromptsAreWhatTheyAreCalled() throws {
        let prompts = BuiltInPrompts.all
        #expect(Set(prompts.map(\.customID)).count == prompts.count)
        for workload in Workload.allCases {
            let own = prompts.filter { $0.workloadOverride == workload }
            #expect(own.count == BuiltInPrompts.countPerWorkload)
        }
        let mistaken = prompts.filter { prompt in
            var free = prompt
            free.workloadOverride = nil
            return judge.judge(free, batch: nil).traits.distribution.label != prompt.workloadOverride
        }
        #expect(mistaken.count <= 1, "classified otherwise: \(mistaken.map(\.customID))")
    }

    @Test func promptsAreTakenFromAllOverTheFile() throws {
        let lines = (0..<10).map { #"{"id":"p\#($0)","prompt":"Hi","draftspool":{"workload":"code"}}"# }
        let selection = PromptSelection(of: try prompts(lines), count: 3, judge: judge)
        #expect(selection.workloads == [.code])
        #expect(selection.prompts[.code]?.map(\.prompt.customID) == ["p0", "p3", "p6"])
        #expect(selection.requestCount(of: .code, slots: 1) == 3)
        #expect(selection.requestCount(of: .code, slots: 4) == 4)
        #expect(selection.requestCount(of: .code, slots: 2) == 4)
        #expect(selection.requestCount(of: .math, slots: 4) == 0)
    }

    @Test func theDigestFollowsWhatIsSent() throws {
        let lines = [#"{"id":"a","prompt":"Write a poem."}"#, #"{"id":"b","prompt":"Write a poem!"}"#]
        let one = PromptSelection(of: try prompts([lines[0]]), count: 1, judge: judge)
        let same = PromptSelection(of: try prompts([lines[0]]), count: 5, judge: judge)
        let two = PromptSelection(of: try prompts([lines[1]]), count: 1, judge: judge)
        #expect(one.digest == same.digest && one.digest != two.digest)
    }

    @Test func theBodyIsSentWithWhatIsMeasuredOnly() throws {
        let line = """
            {"id":"a","messages":[{"role":"user","content":"Hi"}],"stream":false,"n":3,"max_tokens":20,"top_p":0.5,\
            "temperature":0.9,"draftspool":{"depth":2}}
            """
        let prompt = SweepPrompt(prompt: try prompts([line])[0], workload: .factual)
        let own = prompt.asked(under: SweepCondition(), maximumTokens: 100, seed: 7)
        #expect(own.body["temperature"]?.doubleValue == 0.9 && own.body["top_p"]?.doubleValue == 0.5)
        #expect(own.maximumTokens == 20 && own.body["seed"]?.intValue == 7)
        #expect(own.body["stream"] == nil && own.body["n"] == nil && own.depthOverride == nil)
        let set = prompt.asked(
            under: SweepCondition(temperature: 0, thinking: true), maximumTokens: 5, seed: 7)
        #expect(set.temperature == 0 && set.thinking && set.maximumTokens == 5)
        let off = prompt.asked(
            under: SweepCondition(temperature: 0, thinking: false), maximumTokens: 5, seed: 7)
        #expect(off.body["chat_template_kwargs"]?["enable_thinking"]?.boolValue == false && !off.thinking)
    }

    @Test func requestsCycleThroughPromptsWithNewSeeds() throws {
        let lines = [#"{"id":"a","prompt":"Write a poem."}"#, #"{"id":"b","prompt":"Write a song."}"#]
        let selection = PromptSelection(of: try prompts(lines), count: 2, judge: judge)
        let requests = LaneRequest.requests(
            of: selection.prompts[.creative] ?? [], count: 5, under: SweepCondition(), maximumTokens: 8,
            repetition: 1)
        #expect(requests.map(\.prompt.customID) == ["a", "b", "a", "b", "a"])
        #expect(requests.map(\.copy) == [0, 0, 1, 1, 2])
        #expect(Set(requests.compactMap { $0.prompt.body["seed"]?.intValue }).count == 3)
    }
}
