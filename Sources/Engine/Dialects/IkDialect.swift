import JSON
import Speculation

/// ik_llama.cpp's llama-server.
///
/// Seen in commit 8337e4cd3 (August 2026): a `--spec-type` entry carries its own parameters; with more than one slot MTP
/// is dropped and the start fails; it listens on TCP only; a request's `speculative.n_max` and `speculative.p_min` hold up
/// to the depth of the start; chat templates other than the usual ones need `--jinja`, which is mainline's default; a file
/// `llama.log` appears in the working directory unless the log is off, which leaves what it prints.
struct IkDialect: DialectRules {
    let name = "ik_llama.cpp"
    let mtpType = "mtp"
    let mostDraftingSlots: Int? = 1
    let isExpectedToHonourDepth = true
    let combinesNgrams = false
    /// A slot keeps the last request's `logit_bias`, with what its `ignore_eos` put there, until one names another.
    let requestDefaults = JSONObject([("logit_bias", JSON.array([]))])
    /// Its `/slots` stands still while a prompt is read; here the cache's tokens are counted.
    let progress = ProgressPage.metrics

    func speculation(_ setting: DraftSetting) -> [String] {
        setting.isDrafting ? ["--spec-type", "mtp:n_max=\(setting.depth),p_min=\(setting.pMin)"] : []
    }

    func service(knows: (String) -> Bool) -> [String] {
        ["--metrics", "--jinja", "--log-disable"].filter(knows)
            + (knows("--webui") ? ["--webui", "none"] : [])
    }

    func address(directory: String, name: String) throws(EngineError) -> any EngineAddress {
        try LoopbackAddress(directory: directory, name: name)
    }
}
