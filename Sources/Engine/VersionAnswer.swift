/// The answer of vLLM's `/version`.
struct VersionAnswer: Decodable {
    var version: String
}
