import Settings
import Speculation

/// A configuration of an engine that was looked at, and where that comes from.
struct ServedConfiguration: Sendable {
    var settings: Settings
    var source: any EngineSource
    let needs: EngineNeeds

    /// The same with half the slots; nil where their number was asked for or cannot be less.
    func withFewerSlots() -> ServedConfiguration? {
        guard let smaller = source.withFewerSlots() else { return nil }
        var configuration = self
        configuration.source = smaller
        return configuration
    }

    /// Whether an engine of `old` that runs at `settings` is one of this configuration too.
    func isServed(by old: ServedConfiguration, runningAt settings: [DraftSetting]) -> Bool {
        guard needs == old.needs else { return false }
        var fingerprint = source.fingerprint
        fingerprint.slots = old.source.fingerprint.slots
        guard fingerprint == old.source.fingerprint else { return false }
        let candidates = source.candidates
        return settings.allSatisfy { setting in
            // What runs at a setting that was no candidate was asked for by a prompt, or found to gain.
            candidates.contains(setting)
                || candidates.count > 1 && !old.source.candidates.contains(setting)
        }
    }

    /// The same with as many slots as the engines of `old` have, where fewer were found to fit than are allowed.
    func withSlots(of old: ServedConfiguration) -> ServedConfiguration {
        var configuration = self
        while configuration.source.slots > old.source.slots, let smaller = configuration.withFewerSlots() {
            configuration = smaller
        }
        return configuration
    }
}
