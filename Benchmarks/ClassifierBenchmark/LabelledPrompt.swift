import Workload

/// One line of a labelled file.
struct LabelledPrompt: Decodable {
    let prompt: String
    let workload: Workload
    let alt: Workload?
    let language: String?
}
