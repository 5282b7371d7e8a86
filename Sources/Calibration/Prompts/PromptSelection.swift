import Intake
import JSON
import PromptBatch
import Workload

/// The prompts of a calibration: some of each workload.
public struct PromptSelection: Sendable {
    /// By workload, in the order they are sent.
    public let prompts: [Workload: [SweepPrompt]]

    /// Takes at most `count` prompts of each workload, spread evenly over the order they are given in, since a
    /// batch is often sorted by template.
    public init(of prompts: [Prompt], count: Int, judge: PromptJudge) {
        let judged = prompts.map {
            SweepPrompt(prompt: $0, workload: judge.judge($0, batch: nil).traits.distribution.label)
        }
        self.prompts = Dictionary(grouping: judged, by: \.workload).mapValues {
            Self.spread($0, count: count)
        }
    }

    /// The workloads there are prompts of.
    public var workloads: [Workload] { Workload.allCases.filter { prompts[$0] != nil } }

    /// A hash of everything that is sent.
    public var digest: String {
        var hash = StableHash()
        for workload in workloads {
            for prompt in prompts[workload] ?? [] {
                let (id, endpoint) = (prompt.prompt.customID, prompt.prompt.endpoint.rawValue)
                for part in [workload.rawValue, id, endpoint, prompt.prompt.body.text] {
                    hash.combine(part)
                    hash.combine(byte: 0)
                }
            }
        }
        return String(hash.value, radix: 16)
    }

    /// The prompt of an id.
    func prompt(_ customID: String, of workload: Workload) -> SweepPrompt? {
        prompts[workload]?.first { $0.prompt.customID == customID }
    }

    /// How many requests a measurement sends: every prompt, and some again until all slots have as many.
    func requestCount(of workload: Workload, slots: Int) -> Int {
        let count = prompts[workload]?.count ?? 0
        return (count + slots - 1) / slots * slots
    }

    private static func spread(_ prompts: [SweepPrompt], count: Int) -> [SweepPrompt] {
        guard prompts.count > count, count > 0 else { return prompts }
        return (0..<count).map { prompts[$0 * prompts.count / count] }
    }
}
