import Engine
import Settings

/// Whether drafts can be had with what is configured, and at how many slots.
struct DraftingAbility {
    var isPossible = false
    var slots: Int
    /// Why everything runs at depth 0.
    var warning: String?

    init(wanted: Bool, engine: EngineSettings, model: GGUFMetadata, inspection: EngineInspection) {
        slots = engine.slots
        let dialect = inspection.dialect
        if !model.hasMTPBlock {
            warning = "\(engine.model) has no multi-token-prediction block; everything runs at depth 0"
        } else if !inspection.supportsDraftMTP {
            warning =
                "\(engine.server) \(inspection.version) cannot draft with MTP (its --help does not list it "
                + "under --spec-type); everything runs at depth 0 (use a build from May 2026 or later)"
        } else if wanted, let most = dialect.mostDraftingSlots, engine.slots > most {
            isPossible = engine.choosesBusySlots
            if isPossible {
                slots = most
            } else {
                warning =
                    "engine.slots is \(engine.slots), and \(dialect.name) drafts with \(most) slot only; "
                    + "everything runs at depth 0 (set engine.slots to \(most) or auto to draft, or "
                    + "speculation.max-depth to 0 if that is meant)"
            }
        } else {
            isPossible = true
        }
    }
}
