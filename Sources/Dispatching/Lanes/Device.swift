import Engine
import Speculation
import Spool

/// An engine of a device that is starting, serves, or is kept in memory to serve again.
struct DeviceEngine {
    /// The number of its lane.
    let number: Int
    /// The setting that it serves, is to serve, or served last.
    fileprivate(set) var setting: DraftSetting
    /// Tells its socket from others' of the device.
    let socket: Int
    /// Each element lets it serve once more, at that setting; at the end of them the engine is stopped.
    let turns: AsyncStream<DraftSetting>.Continuation
    /// What its requests may choose for themselves; nil where it has one setting, and until it is up.
    fileprivate var requestDepth: RequestDepth?
    /// Whether it has come up, and answered if it was asked.
    fileprivate var isUp = false
    /// Since when it has waited; nil while it starts or serves.
    fileprivate var waitingSince: ContinuousClock.Instant?
    /// It was told to stop.
    fileprivate(set) var isEnding = false

    init(number: Int, setting: DraftSetting, socket: Int, turns: AsyncStream<DraftSetting>.Continuation) {
        self.number = number
        self.setting = setting
        self.socket = socket
        self.turns = turns
    }

    /// Whether it can be let serve again.
    var isWaiting: Bool { waitingSince != nil && !isEnding }

    /// Whether it can serve at `setting` without being started anew.
    func offers(_ setting: DraftSetting) -> Bool {
        requestDepth?.offers(setting) ?? (setting == self.setting)
    }
}

/// Where one lane runs after another, on a device or the machine as a whole: the engines that are up there, what
/// changing between them costs, and how they fare.
final class Device {
    /// Its place among the devices.
    let index: Int
    /// llama-server's name of it; nil for what the engine takes by itself.
    let name: String?
    /// Whether its engine is sent prompts.
    let pause = EnginePause()
    private var changeCost = ChangeCost()
    /// Engines that are up or starting.
    private(set) var engines: [DeviceEngine] = []
    /// The most engines that were found to fit.
    private(set) var mostEngines = Int.max
    /// What the next lane was decided for.
    private var nextPlan: CurrentPlan?
    /// The setting of the lane that took prompts last.
    private var servedSetting: DraftSetting?
    /// The setting whose engine found no room.
    private var fullFor: DraftSetting?
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

    // MARK: Engines

    /// Whether an engine starts so fast that starting it beside one that still works gains nothing: on one processor
    /// its threads take more from the last prompts than its start takes alone.
    var startsQuickly: Bool { leastStartSeconds < 1 }

    /// Time without a lane when one gives way to the next, as measured, in seconds.
    var switchCostSeconds: Double { changeCost.seconds }

    /// Settings whose engines wait to serve again.
    var waitingSettings: Set<DraftSetting> { Set(engines.filter(\.isWaiting).map(\.setting)) }

    /// Settings at which engines serve or start.
    var settingsInUse: [DraftSetting] { engines.filter { !$0.isWaiting && !$0.isEnding }.map(\.setting) }

    /// Whether no engine serves, starts, or ends.
    var isUnserved: Bool { engines.allSatisfy(\.isWaiting) }

    /// The least number that no engine's socket here has.
    var freeSocket: Int {
        (0...engines.count).first { number in !engines.contains { $0.socket == number } } ?? 0
    }

    func add(_ engine: DeviceEngine) { engines.append(engine) }

    /// - Returns: Whether it waited.
    func remove(_ number: Int) -> Bool {
        guard let index = engines.firstIndex(where: { $0.number == number }) else { return false }
        return engines.remove(at: index).waitingSince != nil
    }

    func removeAll() { engines = [] }

    /// An engine did not start, or ended while it served.
    ///
    /// - Parameter worksOnOthers: it only seems so, to some of its prompts.
    func noteFailure(of number: Int, worksOnOthers: Bool = false) {
        failedAmongOthers = worksOnOthers || failedAmongOthers && failedEngine == number
        failedEngine = number
    }

    /// The engine that failed works again.
    func noteRecovery() { failedAmongOthers = false }

    /// An engine at `setting` did not start beside the others that are up.
    func noteFull(for setting: DraftSetting) {
        mostEngines = max(1, engines.count)
        fullFor = setting
    }

    /// An engine at `setting` does not start alone either: if the others were thought to be in its way, they were not.
    func noteUnstartable(_ setting: DraftSetting) {
        nextPlan = nil
        guard fullFor == setting else { return }
        mostEngines = .max
        fullFor = nil
    }

    /// A lane has served.
    func beginWaiting(_ number: Int) { change(number) { $0.waitingSince = .now } }

    /// An engine has started whose requests may choose what `depth` says.
    func note(_ depth: RequestDepth?, of number: Int) { change(number) { $0.requestDepth = depth } }

    func noteUp(_ number: Int) { change(number) { $0.isUp = true } }

    /// Whether an engine is up.
    func isUp(_ number: Int) -> Bool { engines.contains { $0.number == number && $0.isUp } }

    private func change(_ number: Int, _ body: (inout DeviceEngine) -> Void) {
        if let index = engines.firstIndex(where: { $0.number == number }) { body(&engines[index]) }
    }

    /// Lets an engine that offers `setting` serve at it.
    ///
    /// - Returns: Whether one waited.
    func resume(_ setting: DraftSetting) -> Bool {
        let index = engines.firstIndex { $0.isWaiting && $0.offers(setting) }
        guard let index else { return false }
        engines[index].setting = setting
        engines[index].waitingSince = nil
        engines[index].turns.yield(setting)
        return true
    }

    /// Whether an engine that is up, or starting, offers `setting`.
    func offers(_ setting: DraftSetting) -> Bool { engines.contains { !$0.isEnding && $0.offers(setting) } }

    /// Stops engines that wait, those that waited longest first, until no more than `count` are left.
    func stopWaiting(beyond count: Int) {
        var surplus = engines.count { !$0.isEnding } - count
        let waiting = engines.indices.filter { engines[$0].isWaiting }
        let oldestFirst = waiting.sorted {
            (engines[$0].waitingSince ?? .now) < (engines[$1].waitingSince ?? .now)
        }
        for index in oldestFirst where surplus > 0 {
            stop(index)
            surplus -= 1
        }
    }

    /// Stops the waiting engines that offer none of `settings`.
    func stopWaiting(unlessFor settings: [DraftSetting]) {
        for index in engines.indices where engines[index].isWaiting {
            if !settings.contains(where: engines[index].offers) { stop(index) }
        }
    }

    private func stop(_ index: Int) {
        engines[index].isEnding = true
        engines[index].turns.finish()
    }

    // MARK: Lanes

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

    // MARK: Prompts

    func noteInterrupted(_ prompt: InterruptedPrompt) { interrupted.append(prompt) }

    /// The prompts whose engine, or whose daemon, went away under them; they are the caller's now.
    func takeInterrupted() -> [InterruptedPrompt] {
        defer { interrupted = [] }
        return interrupted
    }
}
