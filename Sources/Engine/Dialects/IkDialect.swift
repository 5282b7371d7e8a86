import Speculation

/// ik_llama.cpp's llama-server.
///
/// Seen in commit 8337e4cd3 (August 2026): a `--spec-type` entry carries its own parameters; with more than one slot MTP
/// is dropped and the start fails; it listens on TCP only; a request's `speculative.n_max` and `speculative.p_min` hold up
/// to the depth of the start; chat templates other than the usual ones need `--jinja`, which is mainline's default.
struct IkDialect: DialectRules {
    let name = "ik_llama.cpp"
    let mtpType = "mtp"
    let mostDraftingSlots: Int? = 1
    let isExpectedToHonourDepth = true
    /// Its answers do.
    let countsDraftPositions = false
    let combinesNgrams = false

    func speculation(_ setting: DraftSetting) -> [String] {
        setting.isDrafting ? ["--spec-type", "mtp:n_max=\(setting.depth),p_min=\(setting.pMin)"] : []
    }

    func service(knows: (String) -> Bool) -> [String] {
        ["--metrics", "--jinja"].filter(knows) + (knows("--webui") ? ["--webui", "none"] : [])
    }

    func address(directory: String, name: String) throws(EngineError) -> any EngineAddress {
        try LoopbackAddress(directory: directory, name: name)
    }
}
