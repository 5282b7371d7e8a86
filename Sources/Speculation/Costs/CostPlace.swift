/// Where a step cost is asked for or was measured.
struct CostPlace: Codable, Sendable, Hashable {
    var isDrafting: Bool
    /// Mean drafts per step and slot, to be verified.
    var drafts: Double
    /// Mean drafting passes per step.
    var passes: Double
    /// Busy slots, at least 1.
    var busySlots: Double

    /// At a confidence threshold a draft that is cut short has cost a pass more than it yields: the one whose token
    /// was not sure enough. How often that is, is taken to fall with the share of drafts that are made.
    init(_ setting: DraftSetting, drafts: Double, busySlots: Double) {
        isDrafting = setting.isDrafting
        self.drafts = drafts
        passes =
            setting.pMin > 0 ? drafts + max(0, 1 - drafts / Double(max(1, setting.depth))) : drafts
        self.busySlots = busySlots
    }
}
