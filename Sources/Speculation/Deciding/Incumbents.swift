/// Which setting each kind of prompt runs at on this engine, and when it is left for another one.
///
/// It is left where a gain beyond the cost of the change is probable, not where an estimate is
/// greater; the setting that a kind came from is returned to as soon as it is expected to be faster, but not to and fro:
/// after a return the next change is to be probable again.
struct Incumbents: Codable, Sendable, Hashable {
    private struct Incumbent: Codable, Sendable, Hashable {
        var setting: DraftSetting
        var before: DraftSetting?
    }

    private var kinds: [PromptKind: Incumbent] = [:]

    /// A prompt of the kind ran at a setting that was chosen for it.
    mutating func note(_ kind: PromptKind, _ setting: DraftSetting) {
        guard let known = kinds[kind] else {
            kinds[kind] = Incumbent(setting: setting)
            return
        }
        guard known.setting != setting else { return }
        kinds[kind] = Incumbent(
            setting: setting, before: known.before == setting ? nil : known.setting)
    }

    /// The setting that the kind runs at; nil before any was chosen.
    func setting(of kind: PromptKind) -> DraftSetting? { kinds[kind]?.setting }

    /// The setting to be surpassed before `setting` is chosen; nil where there is nothing to be careful of.
    func rival(of setting: DraftSetting, for kind: PromptKind) -> DraftSetting? {
        guard let known = kinds[kind], setting != known.setting, setting != known.before else { return nil }
        return known.setting
    }
}
