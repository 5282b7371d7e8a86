import EngineSimulation
import Speculation

/// Trials of engines and batches that are drawn by a seed: none is like the measured ones, or of the form that is fitted.
package struct DrawnTrial: Sendable {
    package var prompts: Int
    package var rivals: Trial.Rivals
    package var variant: SimulatedDaemon.Variant

    package init(
        prompts: Int, rivals: Trial.Rivals = .plain, variant: SimulatedDaemon.Variant = .init()
    ) {
        self.prompts = prompts
        self.rivals = rivals
        self.variant = variant
    }

    /// - Throws: an error if the drawn engine is none, or the daemon does not come to an end.
    package func run(seed: UInt64) throws -> Trial {
        let (site, batch) = try draw(seed: seed)
        return try Trial(site, batch, rivals: rivals, variant: variant)
    }

    /// An engine, what the daemon may do with it, and a batch.
    package func draw(seed: UInt64) throws -> (site: SimulatedSite, batch: SimulatedBatch) {
        let engine = DrawnEngine(seed: seed)
        let profile = try engine.parsedProfile()
        var random = RandomStream(seed: seed, 0x517E)
        var site = SimulatedSite(
            profile: profile,
            candidates: SimulatedSite.usualCandidates(
                of: profile, thresholds: random.isChosen(withProbability: 0.5) ? [0.75] : []),
            slots: engine.slots, deviceKind: random.pick([.gpu, .processor, .unknown]), seed: seed)
        site.choosesSlots = engine.slots > 1 && random.isChosen(withProbability: 0.25)
        site.residentEngines = random.isChosen(withProbability: 0.25) ? 3 : 1
        site.choosesDepth = random.isChosen(withProbability: 0.1)
        let groups = try engine.parsedGroups()
        var load = [random.pick(groups).name: 1.0]
        for group in groups where random.isChosen(withProbability: 0.5) {
            load[group.name] = random.uniform(0.2...1)
        }
        let batch = SimulatedBatch(
            count: prompts, of: groups, load: load, templates: 1 + Int(random.uniform() * 8),
            isMixed: random.isChosen(withProbability: 0.6), seed: seed)
        return (site, batch)
    }
}
