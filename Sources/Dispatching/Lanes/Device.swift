import Engine
import Speculation
import Spool

/// Where one lane runs after another, on a device or the machine as a whole: its engines, what changing between them
/// costs, and how they fare.
final class Device {
    /// Its place among the devices.
    let index: Int
    /// llama-server's name of it; nil for what the engine takes by itself.
    let name: String?
    /// Whether its engine is sent prompts.
    let pause = EnginePause()
    let engines = DeviceEngines()
    private var changeCost = ChangeCost()
    /// What the next lane was decided for.
    private var nextPlan: CurrentPlan?
    /// The setting of the lane that took prompts last.
    private var servedSetting: DraftSetting?
    /// The shortest start of an engine seen here, in seconds.
    private var leastStartSeconds = Double.infinity
    private var idleSince: ContinuousClock.Instant?
    private var busySince: ContinuousClock.Instant?
    /// The number of the engine that failed last.
    private(set) var failedEngine: Int?
    /// Whether it works on others, or did, than the prompts that come back from it.
    private(set) var failedAmongOthers = false
    private var interrupted: [InterruptedPrompt] = []

    init(index: Int = 0, name: String?) {
        self.index = index
        self.name = name
    }

    /// Whether an engine starts so fast that starting it beside one that still works gains nothing: on one processor
    /// its threads take more from the last prompts than its start takes alone.
    var startsQuickly: Bool { leastStartSeconds < 1 }

    /// Time without a lane when one gives way to the next, as measured, in seconds.
    var switchCostSeconds: Double { changeCost.seconds }

    /// The lane that serves gives way to one that is to follow `plan`.
    func prepare(_ plan: CurrentPlan) { nextPlan = plan }

    /// The plan that the lane at `setting` was started for, to be followed from now on; none is kept.
    func takeNextPlan(for setting: DraftSetting) -> CurrentPlan? {
        defer { nextPlan = nil }
        return nextPlan?.setting == setting ? nextPlan?.renewed() : nil
    }

    /// What the next lane was decided for may not hold any more.
    func forgetNextPlan() { nextPlan = nil }

    /// A lane takes prompts now.
    ///
    /// - Returns: Whether the one before it had another setting.
    func noteServing(_ setting: DraftSetting) -> Bool {
        defer { servedSetting = setting }
        return servedSetting.map { $0 != setting } ?? false
    }

    /// A lane takes prompts again, with an engine that waited.
    ///
    /// - Returns: How long no lane took any, since it was changed.
    func becomeBusyAgain() -> Duration {
        defer {
            idleSince = nil
            busySince = .now
        }
        return idleSince?.duration(to: .now) ?? .zero
    }

    /// A lane's last prompt has ended.
    func becomeIdle() { idleSince = .now }

    /// A lane takes prompts now, with an engine that took `startMilliseconds` to start.
    ///
    /// - Parameter takesOver: the lane before still finishes its prompts, so the change costs no time.
    /// - Returns: How long no lane took prompts, since it was changed.
    func becomeBusy(startMilliseconds: Double, takesOver: Bool) -> Duration {
        let isChange = takesOver || idleSince != nil
        let passed = becomeBusyAgain()
        leastStartSeconds = min(leastStartSeconds, startMilliseconds / 1000)
        guard isChange else {
            changeCost.noteStart(seconds: startMilliseconds / 1000)
            return .zero
        }
        let idle = takesOver ? .zero : passed
        changeCost.noteChange(idleSeconds: idle / .seconds(1))
        return idle
    }

    // MARK: Failures

    /// An engine did not start, or ended while it served.
    ///
    /// - Parameter worksOnOthers: it only seems so, to some of its prompts.
    func noteFailure(of number: Int, worksOnOthers: Bool = false) {
        failedAmongOthers = worksOnOthers || failedAmongOthers && failedEngine == number
        failedEngine = number
    }

    /// The engine that failed works again.
    func noteRecovery() { failedAmongOthers = false }

    /// The engine failed: that was no change of lanes, so nothing is to be learned of its cost.
    ///
    /// - Returns: How long the engine had served prompts.
    func breakDown() -> Duration {
        defer {
            idleSince = nil
            busySince = nil
        }
        return busySince?.duration(to: .now) ?? .zero
    }

    func noteInterrupted(_ prompt: InterruptedPrompt) { interrupted.append(prompt) }

    /// The prompts whose engine, or whose daemon, went away under them; they are the caller's now.
    func takeInterrupted() -> [InterruptedPrompt] {
        defer { interrupted = [] }
        return interrupted
    }
}
