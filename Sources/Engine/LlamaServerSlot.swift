/// One entry of llama-server's `/slots`.
struct LlamaServerSlot: Decodable {
    var speculative: Bool
}
