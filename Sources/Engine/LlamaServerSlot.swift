/// One entry of llama-server's `/slots`.
struct LlamaServerSlot: Decodable {
    var speculative: Bool
    /// Whether it works on a request.
    var isProcessing: Bool?

    private enum CodingKeys: String, CodingKey {
        case speculative
        case isProcessing = "is_processing"
    }
}
