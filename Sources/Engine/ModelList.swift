/// The answer of `/v1/models`; `root` and `max_model_len` are vLLM's.
struct ModelList: Decodable {
    struct Model: Decodable {
        var id: String
        var root: String?
        var contextTokens: Int?

        enum CodingKeys: String, CodingKey {
            case id, root
            case contextTokens = "max_model_len"
        }
    }

    var data: [Model]
}
