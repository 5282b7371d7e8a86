import Engine
import Speculation

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

/// The engines of a device that are up or starting, and how many fit beside each other.
final class DeviceEngines {
    private(set) var all: [DeviceEngine] = []
    /// The most that were found to fit.
    private(set) var most = Int.max
    /// The setting whose engine found no room.
    private var fullFor: DraftSetting?

    var count: Int { all.count }
    var isEmpty: Bool { all.isEmpty }

    /// Settings whose engines wait to serve again.
    var waitingSettings: Set<DraftSetting> { Set(all.filter(\.isWaiting).map(\.setting)) }

    /// Settings at which engines serve or start.
    var settingsInUse: [DraftSetting] { all.filter { !$0.isWaiting && !$0.isEnding }.map(\.setting) }

    /// Whether no engine serves, starts, or ends.
    var isUnserved: Bool { all.allSatisfy(\.isWaiting) }

    /// The least number that no engine's socket has.
    var freeSocket: Int {
        (0...all.count).first { number in !all.contains { $0.socket == number } } ?? 0
    }

    func add(_ engine: DeviceEngine) { all.append(engine) }

    /// - Returns: Whether it waited.
    func remove(_ number: Int) -> Bool {
        guard let index = all.firstIndex(where: { $0.number == number }) else { return false }
        return all.remove(at: index).waitingSince != nil
    }

    func removeAll() { all = [] }

    /// An engine at `setting` did not start beside the others that are up.
    func noteFull(for setting: DraftSetting) {
        most = max(1, all.count)
        fullFor = setting
    }

    /// An engine at `setting` does not start alone either: if the others were thought to be in its way, they were not.
    func noteUnstartable(_ setting: DraftSetting) {
        guard fullFor == setting else { return }
        most = .max
        fullFor = nil
    }

    /// A lane has served.
    func beginWaiting(_ number: Int) { change(number) { $0.waitingSince = .now } }

    /// An engine has started whose requests may choose what `depth` says.
    func note(_ depth: RequestDepth?, of number: Int) { change(number) { $0.requestDepth = depth } }

    func noteUp(_ number: Int) { change(number) { $0.isUp = true } }

    /// Whether an engine is up.
    func isUp(_ number: Int) -> Bool { all.contains { $0.number == number && $0.isUp } }

    private func change(_ number: Int, _ body: (inout DeviceEngine) -> Void) {
        if let index = all.firstIndex(where: { $0.number == number }) { body(&all[index]) }
    }

    /// Lets an engine that offers `setting` serve at it.
    ///
    /// - Returns: Whether one waited.
    func resume(_ setting: DraftSetting) -> Bool {
        guard let index = all.firstIndex(where: { $0.isWaiting && $0.offers(setting) }) else { return false }
        all[index].setting = setting
        all[index].waitingSince = nil
        all[index].turns.yield(setting)
        return true
    }

    /// Whether an engine that is up, or starting, offers `setting`.
    func offers(_ setting: DraftSetting) -> Bool { all.contains { !$0.isEnding && $0.offers(setting) } }

    /// Stops engines that wait, those that waited longest first, until no more than `count` are left.
    func stopWaiting(beyond count: Int) {
        var surplus = all.count { !$0.isEnding } - count
        let waiting = all.indices.filter { all[$0].isWaiting }
        let oldestFirst = waiting.sorted {
            (all[$0].waitingSince ?? .now) < (all[$1].waitingSince ?? .now)
        }
        for index in oldestFirst where surplus > 0 {
            stop(index)
            surplus -= 1
        }
    }

    /// Stops the waiting engines that offer none of `settings`.
    func stopWaiting(unlessFor settings: [DraftSetting]) {
        for index in all.indices where all[index].isWaiting && !settings.contains(where: all[index].offers) {
            stop(index)
        }
    }

    private func stop(_ index: Int) {
        all[index].isEnding = true
        all[index].turns.finish()
    }
}
