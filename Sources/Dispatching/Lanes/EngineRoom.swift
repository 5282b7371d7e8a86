/// Whether there is memory for an engine of another configuration beside those that run.
enum EngineRoom: Sendable {
    case enough
    /// It cannot be told, as on a GPU.
    case unknown
    case none
}
