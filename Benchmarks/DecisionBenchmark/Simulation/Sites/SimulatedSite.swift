import Dispatching
import EngineSimulation
import Speculation

/// An engine and what the daemon knows of it and may do with it.
package struct SimulatedSite: Sendable {
    package var profile: EngineProfile
    /// The settings a lane can have; one alone leaves nothing to choose.
    package var candidates: [DraftSetting]
    /// Slots that the engine is started with.
    package var slots: Int
    /// Whether the daemon chooses how many of them it keeps busy.
    package var choosesSlots = false
    /// What the daemon takes the device for.
    package var deviceKind: DeviceKind
    /// Engines that are kept in memory, the one that serves included.
    package var residentEngines = 1
    /// Whether requests choose their depth.
    package var choosesDepth = false
    package var seed: UInt64

    package init(
        profile: EngineProfile, candidates: [DraftSetting], slots: Int, deviceKind: DeviceKind, seed: UInt64
    ) {
        self.profile = profile
        self.candidates = candidates
        self.slots = slots
        self.deviceKind = deviceKind
        self.seed = seed
    }

    var choice: Planning.Choice {
        Planning.Choice(
            candidates: candidates, slots: slots,
            slotChoices: choosesSlots ? LaneState.slotChoices(upTo: slots) : [slots])
    }

    var startSeconds: Double { profile.startMilliseconds / 1000 }

    var fingerprint: EngineFingerprint {
        EngineFingerprint(
            modelIdentity: profile.name, quantization: profile.quantization, engineBuild: "simulated",
            device: "simulated", deviceKind: deviceKind, contextTokens: 4096, slots: slots)
    }

    /// The same with so many slots, all of which are kept busy.
    package func with(slots: Int) -> SimulatedSite {
        var site = self
        site.slots = slots
        site.choosesSlots = false
        return site
    }

    /// The settings that the daemon has among its candidates of itself, up to the profile's greatest depth.
    ///
    /// - Parameter thresholds: without p-min there is always one; these in addition, from depth 3 on.
    package static func usualCandidates(
        of profile: EngineProfile, thresholds: [Double] = []
    ) -> [DraftSetting] {
        let plain = DepthPolicy.defaultCandidates.filter { $0.depth <= profile.step.greatestDraft }
        let cut = thresholds.flatMap { threshold in
            plain.filter { $0.depth >= DepthPolicy.leastThresholdDepth }.map {
                DraftSetting(depth: $0.depth, pMin: threshold)
            }
        }
        return (plain + cut).sorted()
    }
}
