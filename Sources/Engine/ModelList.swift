/// The answer of `/v1/models`; `root` and `max_model_len` are vLLM's, which names itself in `owned_by`.
struct ModelList: Decodable {
    struct Model: Decodable {
        var id: String
        var root: String?
        var owner: String?
        var contextTokens: Int?

        enum CodingKeys: String, CodingKey {
            case id, root
            case owner = "owned_by"
            case contextTokens = "max_model_len"
        }
    }

    var data: [Model]
}
