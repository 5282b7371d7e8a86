import EngineSimulation
import Speculation
import Workload

/// Trials of a profile whose figures were measured, with the generator's mixed load.
package struct ProfileTrials: Sendable {
    package let profile: EngineProfile
    package let groups: [HiddenGroup]
    package let prompts: Int
    /// What the daemon takes the device for. By default for nothing it knows: what it believes of a GPU was fitted to the
    /// very profile that it would be judged by.
    package var deviceKind = DeviceKind.unknown

    /// As Benchmarks/PromptGenerator has it.
    private static let mixedLoad = [
        "code": 18.0, "code-edit": 10, "math": 10, "factual": 16, "translation": 8, "extraction": 12,
        "summarization": 10, "analysis": 8, "creative": 8,
    ]

    package init(profile: EngineProfile, groups: [HiddenGroup], prompts: Int) {
        self.profile = profile
        self.groups = groups
        self.prompts = prompts
    }

    private func site(slots: Int, seed: UInt64) -> SimulatedSite {
        SimulatedSite(
            profile: profile, candidates: SimulatedSite.usualCandidates(of: profile), slots: slots,
            deviceKind: deviceKind, seed: seed)
    }

    private func mixedBatch(seed: UInt64) -> SimulatedBatch {
        SimulatedBatch(count: prompts, of: groups, load: Self.mixedLoad, templates: 8, seed: seed)
    }

    /// A mixed batch, cold.
    package func mixed(slots: Int, seed: UInt64, choosesDepth: Bool = false) throws -> Trial {
        var site = site(slots: slots, seed: seed)
        site.choosesDepth = choosesDepth
        return try Trial(site, mixedBatch(seed: seed), rivals: .all)
    }

    /// A batch of one workload, cold, by its best setting in hindsight.
    package func oneWorkload(_ workload: Workload, slots: Int, seed: UInt64) throws -> Double {
        let own = groups.filter { $0.workload == workload }
        let batch = SimulatedBatch(count: prompts, of: own, templates: 3, seed: seed)
        let site = site(slots: slots, seed: seed)
        var daemon = SimulatedDaemon(site, batch)
        return try daemon.run().seconds / FixedSettings(site, batch).best.seconds
    }

    /// A mixed batch with the number of slots to be chosen, cold, by the best pair of slots and setting in hindsight.
    package func autoSlots(upTo slots: Int, seed: UInt64) throws -> Double {
        var site = site(slots: slots, seed: seed)
        site.choosesSlots = true
        let batch = mixedBatch(seed: seed)
        var daemon = SimulatedDaemon(site, batch)
        let seconds = try daemon.run().seconds
        let best = LaneState.slotChoices(upTo: slots).map {
            FixedSettings(site.with(slots: $0), batch).best.seconds
        }.min()
        return seconds / (best ?? .infinity)
    }
}
