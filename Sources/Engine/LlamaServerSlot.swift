/// One entry of llama-server's `/slots`.
struct LlamaServerSlot: Decodable {
    /// Whether it drafts; false also where the engine does not say, as ik_llama.cpp's.
    var speculative: Bool
    /// Whether it works on a request.
    var isProcessing: Bool

    private enum CodingKeys: String, CodingKey {
        case id, speculative, state
        case isProcessing = "is_processing"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        _ = try container.decode(Int.self, forKey: .id)
        speculative = container.lenient(.speculative) ?? false
        let state: Int? = container.lenient(.state)
        isProcessing = container.lenient(.isProcessing) ?? (state.map { $0 != 0 } ?? false)
    }
}
