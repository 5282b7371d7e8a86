/// A place for one lane after another: a device, or the machine as a whole.
struct Berth {
    let device: String?
    /// Time without a lane when one gives way to the next, as measured, in seconds.
    private(set) var switchCostSeconds = 5.0
    /// What the next lane was decided for.
    var nextPlan: CurrentPlan?
    /// The shortest start of an engine seen here, in seconds.
    private var leastStartSeconds = Double.infinity
    private var isSwitchMeasured = false
    private var idleSince: ContinuousClock.Instant?
    private var busySince: ContinuousClock.Instant?

    init(device: String?) {
        self.device = device
    }

    /// Whether an engine starts so fast that starting it beside one that still works gains nothing: on one processor
    /// its threads take more from the last prompts than its start takes alone.
    var startsQuickly: Bool { leastStartSeconds < 1 }

    /// A lane's last prompt has ended.
    mutating func becomeIdle() { idleSince = .now }

    /// The engine failed: that was no change of lanes, so nothing is to be learned of its cost.
    ///
    /// - Returns: How long the engine had served prompts.
    mutating func breakDown() -> Duration {
        defer {
            idleSince = nil
            busySince = nil
        }
        return busySince?.duration(to: .now) ?? .zero
    }

    /// A lane takes prompts now, with an engine that took `startMilliseconds` to start.
    ///
    /// Until a change was seen its cost is taken to be an engine's start. Later ones count half each.
    ///
    /// - Parameter takesOver: the lane before still finishes its prompts, so the change costs no time.
    mutating func becomeBusy(startMilliseconds: Double, takesOver: Bool) {
        defer {
            idleSince = nil
            busySince = .now
        }
        leastStartSeconds = min(leastStartSeconds, startMilliseconds / 1000)
        guard takesOver || idleSince != nil else {
            if !isSwitchMeasured { switchCostSeconds = startMilliseconds / 1000 }
            return
        }
        let idle = takesOver ? 0 : idleSince?.duration(to: .now).inSeconds ?? 0
        switchCostSeconds = isSwitchMeasured ? (switchCostSeconds + idle) / 2 : idle
        isSwitchMeasured = true
    }
}
