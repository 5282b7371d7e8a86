/// The parts of llama-server's `/props` that this module reads.
struct LlamaServerProperties: Decodable {
    var totalSlots: Int
    var buildInfo: String?
    var modelPath: String?
    var modelAlias: String?
    var quantization: String?
    /// Tokens of context of one slot.
    var contextTokens: Int?
    /// Whether the parameters name a kind of speculation.
    var listsSpeculation = false

    private enum CodingKeys: String, CodingKey {
        case totalSlots = "total_slots"
        case buildInfo = "build_info"
        case modelPath = "model_path"
        case modelAlias = "model_alias"
        case quantization = "model_ftype"
        case settings = "default_generation_settings"
    }

    private enum SettingsKeys: String, CodingKey {
        case contextTokens = "n_ctx"
        case params
    }

    private enum ParameterKeys: String, CodingKey {
        case types = "speculative.types"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        totalSlots = try container.decode(Int.self, forKey: .totalSlots)
        buildInfo = container.lenient(.buildInfo)
        modelPath = container.lenient(.modelPath)
        modelAlias = container.lenient(.modelAlias)
        quantization = container.lenient(.quantization)
        guard let settings = try? container.nestedContainer(keyedBy: SettingsKeys.self, forKey: .settings)
        else {
            return
        }
        contextTokens = settings.lenient(.contextTokens)
        guard let parameters = try? settings.nestedContainer(keyedBy: ParameterKeys.self, forKey: .params)
        else {
            return
        }
        let types: String? = parameters.lenient(.types)
        listsSpeculation = types.map { $0 != "none" && !$0.isEmpty } ?? false
    }
}
