/// Where a step cost is asked for or was measured: mean drafts a step and busy slots.
struct CostPlace: Codable, Sendable, Hashable {
    var isDrafting: Bool
    /// Mean drafts per step.
    var drafts: Double
    /// Busy slots, at least 1.
    var busySlots: Double
}
