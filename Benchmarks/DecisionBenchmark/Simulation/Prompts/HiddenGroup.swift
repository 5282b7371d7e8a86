import EngineSimulation
import Workload

/// Prompts that behave alike in an engine, of which the daemon is told nothing.
package struct HiddenGroup: Sendable, Hashable {
    package let name: String
    package let workload: Workload
    let behaviour: PromptGroup
    /// Median of the tokens of a prompt.
    let promptTokens: Double

    /// Every group of a simulator's file (docs/simulator.md), in order of their names.
    package static func all(in prompts: HiddenPrompts) -> [HiddenGroup] {
        prompts.groups.sorted { $0.key < $1.key }.map { name, behaviour in
            let workload = Self.workload(ofGroup: name)
            return HiddenGroup(
                name: name, workload: workload, behaviour: behaviour,
                promptTokens: usualTokens[name] ?? usualTokens[workload.rawValue] ?? 60)
        }
    }

    /// The generator's groups are named for their workload; those that begin with it are of it too.
    private static func workload(ofGroup name: String) -> Workload {
        Workload.allCases.first { name.hasPrefix($0.rawValue) } ?? .analysis
    }

    /// Round figures: what is given with such requests is long for some of them.
    private static let usualTokens: [String: Double] = [
        "code-edit": 500, "summarization": 600, "extraction": 350, "translation": 150,
    ]
}
