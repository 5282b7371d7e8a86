import JSON
import Speculation

/// llama.cpp's llama-server.
struct MainlineDialect: DialectRules {
    let name = "llama-server"
    let mtpType = "draft-mtp"
    let mostDraftingSlots: Int? = nil
    /// Its requests' fields are compiled out; patched builds have them.
    let isExpectedToHonourDepth = false
    let combinesNgrams = true
    let requestDefaults = JSONObject()
    let progress = ProgressPage.slots

    func speculation(_ setting: DraftSetting) -> [String] {
        guard setting.isSpeculating else { return [] }
        let kinds = (setting.isDrafting ? [mtpType] : []) + (setting.usesNgrams ? ["ngram-mod"] : [])
        var arguments = ["--spec-type", kinds.joined(separator: ",")]
        if setting.isDrafting { arguments += ["--spec-draft-n-max", "\(setting.depth)"] }
        if setting.pMin > 0 { arguments += ["--spec-draft-p-min", "\(setting.pMin)"] }
        return arguments
    }

    func service(knows: (String) -> Bool) -> [String] {
        let noPage = ["--no-ui", "--no-webui"].first(where: knows)
        return ["--metrics", "--slots"].filter(knows) + [noPage].compactMap(\.self)
    }

    func address(directory: String, name: String) throws(EngineError) -> any EngineAddress {
        try UnixSocketAddress(directory: directory, name: name)
    }
}
