import EngineSimulation
import Glibc
import Intake
import Speculation
import Spool
import Workload

/// A prompt as the daemon sees it, and as it behaves.
package struct SimulatedPrompt: Sendable {
    /// From 1, in input order.
    package let line: Int
    /// The hidden group and the template that it is of: those that are alike in both behave alike.
    package let group: String
    package let workload: Workload
    /// What the daemon is told.
    package var judgement: Judgement
    package let promptTokens: Int
    let behaviour: PromptBehaviour
    let random: RandomStream

    /// UTF-8 bytes of its request.
    var promptBytes: Int { 4 * promptTokens }
}

/// A batch of prompts from a few templates.
package struct SimulatedBatch: Sendable {
    package var prompts: [SimulatedPrompt]
    /// What the daemon asks of a new engine.
    let probe: PromptBehaviour

    package init(prompts: [SimulatedPrompt], like batch: SimulatedBatch) {
        self.prompts = prompts
        probe = batch.probe
    }

    /// Draws a batch.
    ///
    /// - Parameters:
    ///   - load: how often each of `groups` is asked for, by name; nil: equally often.
    ///   - templateCount: templates that they are made from.
    ///   - isMixed: whether prompts of all templates come in mixed order, and not template after template.
    package init(
        count: Int, of groups: [HiddenGroup], load: [String: Double]? = nil, templates templateCount: Int,
        isMixed: Bool = true, seed: UInt64
    ) {
        var random = RandomStream(seed: seed, 0xBA7C)
        let weights = groups.map { group in load.map { $0[group.name] ?? 0 } ?? 1 }
        let effects = TemplateEffects(random: &random)
        let templates = (0..<max(1, templateCount)).map { number in
            PromptTemplate(number, of: groups, load: weights, effects: effects, random: &random)
        }
        let classifier = SimulatedClassifier()
        var prompts: [SimulatedPrompt] = []
        for line in 1...max(1, count) {
            let template =
                isMixed ? random.pick(templates) : templates[(line - 1) * templates.count / max(1, count)]
            let group = groups[template.group(random: &random)]
            let distribution = classifier.distribution(of: group.workload, random: &random)
            let tokens = group.promptTokens * exp(0.6 * random.normal())
            var own = RandomStream(seed: seed, 0x9207, UInt64(line))
            let behaviour = template.behaviour(of: group, random: &own)
            prompts.append(
                SimulatedPrompt(
                    line: line, group: "\(group.name), \(template.name)", workload: group.workload,
                    judgement: Judgement(
                        traits: template.traits(distribution, batch: "batch-\(seed)", line: line),
                        source: .classifier, depthOverride: nil),
                    promptTokens: max(8, min(2048, Int(tokens))), behaviour: behaviour, random: own))
        }
        self.prompts = prompts
        let code = groups.first { $0.workload == .code } ?? groups[0]
        var own = RandomStream(seed: seed, 0x920B)
        probe = code.behaviour.behaviour(random: &own)
    }

    /// The same prompts, of none of which the classifier says anything: one group for all.
    package var unclassified: SimulatedBatch {
        changed { $0.distribution = .uniform }
    }

    /// The same prompts, with the classifier's label for certain.
    package var labelled: SimulatedBatch {
        changed { $0.distribution = WorkloadDistribution(certain: $0.distribution.label) }
    }

    private func changed(_ change: (inout PromptTraits) -> Void) -> SimulatedBatch {
        var batch = self
        for index in batch.prompts.indices { change(&batch.prompts[index].judgement.traits) }
        return batch
    }
}

extension SimulatedPrompt {
    /// As the daemon names it.
    var key: PromptKey { PromptKey(batch: 1, line: line) }

    /// What the engine is asked: the same at every setting and beside whatever else runs.
    func task(_ id: Int, at setting: DraftSetting) -> GenerationTask {
        GenerationTask(
            id: id, promptTokens: promptTokens, behaviour: behaviour,
            maximumTokens: judgement.traits.maximumTokens, depth: setting.depth, pMin: setting.pMin,
            random: random)
    }
}
