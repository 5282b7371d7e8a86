/// A lane as the planner finds it.
public struct LaneState: Sendable, Hashable {
    /// What a change costs where none can be made.
    public static let impossibleSwitchCostSeconds = 1e9

    /// The setting that runs; nil when no engine is up.
    public var setting: DraftSetting?
    /// Time from the decision to switch until the next engine answers, as measured, in seconds.
    public var switchCostSeconds: Double
    /// Requests the engine can run at once.
    public var slots: Int
    /// Numbers of busy slots to choose from, ascending; only ``slots`` where their number was asked for.
    public var slotChoices: [Int]
    /// Prompts the lane works on already, beside those that wait.
    public var inFlight: Int
    /// Tokens still to come of each of those, as far as can be expected; nil where that is not known.
    public var inFlightTokens: [Double]?
    /// How long the lane has run at ``setting``, in seconds. A lane that has just begun is not left for prompts
    /// that have waited long, or every plan would switch back and forth between two old backlogs.
    public var runningSeconds: Double
    /// Settings that other lanes run at the same time; their prompts are left to them while there are others.
    public var elsewhere: Set<DraftSetting>
    /// Settings at which an engine is up and waits: a change to one costs no start.
    public var resident: Set<DraftSetting>

    public init(
        setting: DraftSetting?, switchCostSeconds: Double, slots: Int, slotChoices: [Int]? = nil,
        inFlight: Int = 0, inFlightTokens: [Double]? = nil, runningSeconds: Double = 0,
        elsewhere: Set<DraftSetting> = [],
        resident: Set<DraftSetting> = []
    ) {
        self.setting = setting
        self.switchCostSeconds = switchCostSeconds
        self.slots = slots
        self.slotChoices = slotChoices ?? [slots]
        self.inFlight = inFlight
        self.inFlightTokens = inFlightTokens
        self.runningSeconds = runningSeconds
        self.elsewhere = elsewhere
        self.resident = resident
    }

    /// The numbers of busy slots worth telling apart, up to `slots`: 1, 2, 3, 4, 6, 8, 12, 16, …
    public static func slotChoices(upTo slots: Int) -> [Int] {
        var choices: Set<Int> = [max(1, slots)]
        var power = 1
        while power <= slots {
            choices.insert(power)
            if power >= 2, power + power / 2 <= slots { choices.insert(power + power / 2) }
            power *= 2
        }
        return choices.sorted()
    }
}
