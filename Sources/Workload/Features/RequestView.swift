/// The parts of a conversation that tell what its last request asks.
struct RequestView {
    /// The last user message; in a conversation without one, the last message that is no standing instruction.
    let target: String
    /// The standing instructions, joined; nil when there are none.
    let system: String?
    /// The user's message before the last.
    let previous: String?
    /// The last answer before the target.
    let answer: String?
    let properties: [StructuralFeature]

    init(_ request: WorkloadRequest) {
        let turns = request.turns
        let users = turns.indices.filter { turns[$0].role == .user }
        var properties: [StructuralFeature] = []
        if request.wantsJSON { properties.append(.wantsJSON) }
        if request.hasTools { properties.append(.hasTools) }
        if request.thinking { properties.append(.thinking) }
        if turns.contains(where: \.hasNonTextParts) { properties.append(.nonTextParts) }
        if turns.contains(where: { $0.role == .tool }) { properties.append(.toolResult) }
        if users.count == 2 { properties.append(.followUp) }
        if users.count > 2 { properties.append(.laterFollowUp) }
        if users.isEmpty { properties.append(.noUserTurn) }
        self.properties = properties

        let last = users.last ?? turns.lastIndex { $0.role != .system }
        target = last.map { turns[$0].text } ?? ""
        let systems = turns.filter { $0.role == .system && !$0.text.isEmpty }.map(\.text)
        system = systems.isEmpty ? nil : systems.count == 1 ? systems[0] : systems.joined(separator: "\n")
        previous = users.count > 1 ? turns[users[users.count - 2]].text : nil
        answer = last.flatMap { last in turns[..<last].last { $0.role == .assistant }?.text }
    }
}
