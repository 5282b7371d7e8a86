/// Where a lane runs.
struct LanePlace: Sendable, Hashable {
    /// llama-server's name of the device; nil for what the engine takes by itself.
    let device: String?
    /// Tells apart the sockets of engines that run at the same time.
    let socketName: String
}
