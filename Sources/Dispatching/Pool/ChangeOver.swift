/// How an engine of a new configuration comes into the place of one that serves.
struct ChangeOver: Sendable, Equatable {
    /// It is tried while the old one goes on serving.
    let triesBeside: Bool
    /// If it does not start so, the old one makes room for it, and comes back if that did not help.
    let mayExchange: Bool

    /// - Parameters:
    ///   - isServing: whether there is an old engine that has answered.
    ///   - room: what there is for another engine.
    ///   - sharesMachine: whether both engines are child processes of the daemon.
    init(isServing: Bool, room: EngineRoom, sharesMachine: Bool) {
        switch room {
        case _ where !isServing: (triesBeside, mayExchange) = (false, true)
        case _ where !sharesMachine: (triesBeside, mayExchange) = (true, false)
        case .enough: (triesBeside, mayExchange) = (true, false)
        case .unknown: (triesBeside, mayExchange) = (true, true)
        case .none: (triesBeside, mayExchange) = (false, true)
        }
    }
}
