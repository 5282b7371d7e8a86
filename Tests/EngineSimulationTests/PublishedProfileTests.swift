import JSON
import EngineSimulation
import Foundation
import PromptBatch
import Testing

@Suite("Profiles from published figures")
struct PublishedProfileTests {
    private func published() throws -> JSON {
        let all = try JSON.parse(
            Samples.publishedFile("Tests/SpeculationTests/published-mtp-benchmarks.json"))
        return try #require(all["qwen3_6_27b_quant_by_task"])
    }

    @Test("They give the published speeds at the middle of the published acceptances, within 6 %")
    func speeds() throws {
        let published = try published()
        for (quantization, baseline) in try #require(published["baseline_tok_s"]?.objectValue) {
            let name = quantization.lowercased().replacing("_", with: "-")
            let profile = try EngineProfile(
                parsing: Samples.publishedFile("docs/data/simulator/published-27b-\(name).json"))
            #expect(profile.quantization == quantization)
            let depth = try #require(published["depth"]?[quantization]?.intValue)
            let off = 1000 / profile.step.milliseconds([SlotDrafts(verified: 0)])
            #expect(abs(off / (baseline.doubleValue ?? 0) - 1) < 0.01)
            for (task, range) in try #require(published["acceptance_range"]?.objectValue) {
                let middle = ((range[0]?.doubleValue ?? 0) + (range[1]?.doubleValue ?? 0)) / 2
                let speed =
                    1000 * (1 + Double(depth) * middle)
                    / profile.step.milliseconds([SlotDrafts(verified: depth)])
                let expected = try #require(published["mtp_tok_s"]?[task]?[quantization]?.doubleValue)
                #expect(abs(speed / expected - 1) < 0.06, "\(quantization) \(task)")
            }
        }
    }

    @Test("The groups' acceptances at depth 3 lie within the published ranges")
    func groups() throws {
        let groups = try HiddenPrompts(
            parsing: Samples.publishedFile("docs/data/simulator/prompt-groups.json")
        ).groups
        for (task, range) in try #require(published()["acceptance_range"]?.objectValue) {
            let group = try #require(groups[task])
            var reached = 1.0
            var accepted = 0.0
            for position in 0..<3 {
                reached *= group.acceptance[position]
                accepted += reached
            }
            let low = try #require(range[0]?.doubleValue)
            let high = try #require(range[1]?.doubleValue)
            #expect((low...high).contains(accepted / 3), "\(task): \(accepted / 3)")
        }
    }
}
