import Engine
import Speculation

/// A place for one lane after another: a device, or the machine as a whole.
struct Berth {
    let device: String?
    /// Time without a lane when one gives way to the next, as measured, in seconds.
    private(set) var switchCostSeconds = 5.0
    /// What the next lane was decided for.
    var nextPlan: CurrentPlan?
    /// Engines that are up or starting.
    private(set) var residents: [ResidentEngine] = []
    /// The most engines that were found to fit.
    private(set) var mostResidents = Int.max
    /// The setting whose engine found no room.
    private var fullFor: DraftSetting?
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

    /// Settings whose engines wait to serve again.
    var waitingSettings: Set<DraftSetting> { Set(residents.filter(\.isWaiting).map(\.setting)) }

    /// Whether no engine serves, starts, or ends.
    var isUnserved: Bool { residents.allSatisfy(\.isWaiting) }

    /// The least number that no engine's socket here has.
    var freeSocket: Int {
        (0...residents.count).first { number in !residents.contains { $0.socket == number } } ?? 0
    }

    mutating func add(_ engine: ResidentEngine) { residents.append(engine) }

    /// - Returns: Whether it waited.
    mutating func remove(_ number: Int) -> Bool {
        guard let index = residents.firstIndex(where: { $0.number == number }) else { return false }
        return residents.remove(at: index).waitingSince != nil
    }

    mutating func removeAll() { residents = [] }

    /// An engine at `setting` did not start beside the others that are up.
    mutating func noteFull(for setting: DraftSetting) {
        mostResidents = max(1, residents.count)
        fullFor = setting
    }

    /// An engine at `setting` does not start alone either: if the others were thought to be in its way, they were not.
    mutating func noteUnstartable(_ setting: DraftSetting) {
        guard fullFor == setting else { return }
        mostResidents = .max
        fullFor = nil
    }

    /// A lane has served.
    mutating func beginWaiting(_ number: Int) {
        guard let index = residents.firstIndex(where: { $0.number == number }) else { return }
        residents[index].waitingSince = .now
    }

    /// An engine is up whose requests may choose what `depth` says.
    mutating func note(_ depth: RequestDepth?, of number: Int) {
        guard let index = residents.firstIndex(where: { $0.number == number }) else { return }
        residents[index].requestDepth = depth
    }

    /// Lets an engine that offers `setting` serve at it.
    ///
    /// - Returns: Whether one waited.
    mutating func resume(_ setting: DraftSetting) -> Bool {
        let index = residents.firstIndex { $0.isWaiting && $0.offers(setting) }
        guard let index else { return false }
        residents[index].setting = setting
        residents[index].waitingSince = nil
        residents[index].turns.yield(setting)
        return true
    }

    /// Whether an engine that is up, or starting, offers `setting`.
    func offers(_ setting: DraftSetting) -> Bool {
        residents.contains { !$0.isEnding && $0.offers(setting) }
    }

    /// Stops engines that wait, those that waited longest first, until no more than `count` are left.
    mutating func stopWaiting(beyond count: Int) {
        var surplus = residents.count { !$0.isEnding } - count
        let waiting = residents.indices.filter { residents[$0].isWaiting }
        let oldestFirst = waiting.sorted {
            (residents[$0].waitingSince ?? .now) < (residents[$1].waitingSince ?? .now)
        }
        for index in oldestFirst where surplus > 0 {
            residents[index].isEnding = true
            residents[index].turns.finish()
            surplus -= 1
        }
    }

    /// Stops the waiting engines that offer none of `settings`.
    mutating func stopWaiting(unlessFor settings: [DraftSetting]) {
        for index in residents.indices where residents[index].isWaiting {
            guard !settings.contains(where: residents[index].offers) else { continue }
            residents[index].isEnding = true
            residents[index].turns.finish()
        }
    }

    /// A lane takes prompts again, with an engine that waited.
    ///
    /// - Returns: How long no lane took any, since it was changed.
    mutating func becomeBusyAgain() -> Duration {
        defer {
            idleSince = nil
            busySince = .now
        }
        return idleSince?.duration(to: .now) ?? .zero
    }

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
    /// - Returns: How long no lane took prompts, since it was changed.
    mutating func becomeBusy(startMilliseconds: Double, takesOver: Bool) -> Duration {
        defer {
            idleSince = nil
            busySince = .now
        }
        leastStartSeconds = min(leastStartSeconds, startMilliseconds / 1000)
        guard takesOver || idleSince != nil else {
            if !isSwitchMeasured { switchCostSeconds = startMilliseconds / 1000 }
            return .zero
        }
        let idle = takesOver ? .zero : idleSince?.duration(to: .now) ?? .zero
        switchCostSeconds = isSwitchMeasured ? (switchCostSeconds + idle.inSeconds) / 2 : idle.inSeconds
        isSwitchMeasured = true
        return idle
    }
}
