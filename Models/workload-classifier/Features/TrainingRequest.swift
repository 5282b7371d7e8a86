import Workload

/// A request as a line of the training corpus writes it.
struct TrainingRequest: Decodable {
    struct Turn: Decodable {
        let role: String
        let text: String
        let image: Bool?
    }

    let prompt: String?
    let turns: [Turn]?
    let json: Bool?
    let tools: Bool?
    let thinking: Bool?

    var workloadRequest: WorkloadRequest {
        let conversation = (turns ?? []).map {
            WorkloadRequest.Turn(
                role: .init(rawValue: $0.role) ?? .other, text: $0.text, hasNonTextParts: $0.image ?? false)
        }
        let single = prompt.map { [WorkloadRequest.Turn(role: .user, text: $0)] } ?? []
        return WorkloadRequest(
            turns: conversation + single, wantsJSON: json ?? false, hasTools: tools ?? false,
            thinking: thinking ?? false)
    }
}
