import Speculation

/// A batch at each of a site's settings: what is known of them afterwards.
package struct FixedSettings: Sendable {
    package let outcomes: [DraftSetting: RunOutcome]

    package init(_ site: SimulatedSite, _ batch: SimulatedBatch, settings: [DraftSetting]? = nil) {
        outcomes = Dictionary(
            uniqueKeysWithValues: (settings ?? site.candidates).map {
                ($0, FixedRun(site, at: $0, batch).run())
            })
    }

    package func seconds(at setting: DraftSetting) -> Double {
        outcomes[setting]?.seconds ?? .infinity
    }

    /// The setting that took the least time, and that.
    package var best: (setting: DraftSetting, seconds: Double) {
        let best = outcomes.min {
            ($0.value.seconds, $0.key) < ($1.value.seconds, $1.key)
        }
        return (best?.key ?? .off, best?.value.seconds ?? .infinity)
    }
}
