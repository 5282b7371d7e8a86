import Speculation

/// Which of a pool's engines runs which of the prompts that wait.
///
/// A prompt is left to the engine that does such prompts fastest, by what was learned of each, as long as others have
/// some of their own. One that has none takes it if it is done there before the fastest would have come to the end of
/// what it works on and what waits for it. So no engine is idle while that makes the work last longer, and none takes a
/// prompt that it would be the last to finish.
///
/// A value without a clock and without I/O: dispatchers say what they offer, and ask.
struct WorkSharing: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// Prompts that wait and are alike.
    struct Group: Sendable {
        let key: String
        let prompts: Int
        let expectedTokens: Double
        let priority: Int
        let traits: PromptTraits
        var depthOverride: Int?
        /// The model that they name.
        var modelName: String?
    }

    /// What is known of the time that a prompt takes somewhere.
    enum Estimate: Sendable, Equatable {
        case seconds(Double)
        /// Nothing was measured yet, so that no figure means anything.
        case unmeasured
        /// It cannot run there at present.
        case unavailable
    }

    /// What a lane can do at this moment.
    struct Offer: Sendable {
        /// Prompts at a time.
        let slots: Int
        /// Slot time until all that it works on is done, seconds.
        let busySlotSeconds: Double
        let estimate: @Sendable (Group) -> Estimate
    }

    /// What a lane is to choose from.
    struct Share: Sendable, Equatable {
        /// Groups that it may take prompts of.
        var keys: Set<String> = []
        /// Of these, the groups that another engine does faster, and that one's name.
        var helped: [String: String] = [:]
    }

    /// An engine as it is configured.
    struct Member: Sendable {
        let name: String
        /// Whose it is: of two seats of one name the one that comes keeps what the one that goes takes away.
        let owner: Int
        /// Whether a prompt that demands this depth can have it.
        let canRun: @Sendable (_ depth: Int) -> Bool
        /// The names by which prompts can ask for the models that it serves; nil where it does not say which it serves.
        let models: (@Sendable (_ name: String) -> Bool)?
        fileprivate var offers: [String: (offer: Offer, at: Instant)] = [:]

        init(
            name: String, owner: Int = 0, canRun: @escaping @Sendable (_ depth: Int) -> Bool,
            models: (@Sendable (_ name: String) -> Bool)? = nil
        ) {
            self.name = name
            self.owner = owner
            self.canRun = canRun
            self.models = models
        }

        fileprivate func canRun(_ group: Group) -> Bool { group.depthOverride.map(canRun) ?? true }
    }

    /// An offer is good for so long: who does not renew it is stuck, or gone.
    static let offerLifetime: Duration = .seconds(5)

    private(set) var members: [Member] = []

    /// Adds an engine, or replaces the one of that name; what it offers stays.
    mutating func add(_ member: Member) {
        guard let index = members.firstIndex(where: { $0.name == member.name }) else {
            return members.append(member)
        }
        let offers = members[index].offers
        members[index] = member
        members[index].offers = offers
    }

    mutating func remove(_ name: String, of owner: Int) {
        members.removeAll { $0.name == name && $0.owner == owner }
    }

    /// Notes what a lane of an engine offers from now on; nil if it cannot be sent anything.
    mutating func note(_ offer: Offer?, ofLane lane: String, at engine: String, now: Instant) {
        guard let index = members.firstIndex(where: { $0.name == engine }) else { return }
        members[index].offers[lane] = offer.map { ($0, now) }
    }

    /// Whether an engine, whatever state it is in, can run prompts of a group at the depth that they demand.
    func canRun(_ group: Group) -> Bool { members.contains { $0.canRun(group) } }

    /// Whether prompts of a group may be left to an engine.
    func mayRun(_ group: Group, at engine: String) -> Bool {
        candidates(for: group).contains { $0.name == engine }
    }

    /// The draft depths that prompts can demand.
    var depths: [Int] { (0...16).filter { depth in members.contains { $0.canRun(depth) } } }

    /// What a lane is to choose from, of all that waits.
    func share(ofLane lane: String, at engine: String, among groups: [Group], now: Instant) -> Share {
        guard let own = members.first(where: { $0.name == engine }), let offer = own.offers[lane]?.offer
        else {
            return Share()
        }
        let loads = loads(groups, now: now)
        var share = Share()
        var ownPriority = Int.min
        var rest: [(group: Group, fastest: String, here: Double)] = []
        for group in groups where mayRun(group, at: engine) {
            let estimate = offer.estimate(group)
            if estimate == .unavailable { continue }
            if case .seconds(let here) = estimate, let fastest = loads.fastest[group.key], fastest != engine {
                rest.append((group, fastest, here))
            } else {
                share.keys.insert(group.key)
                ownPriority = max(ownPriority, group.priority)
            }
        }
        for (group, fastest, here) in rest where group.priority > ownPriority {
            guard here < loads.secondsUntilDone(at: fastest, priority: group.priority) else { continue }
            share.keys.insert(group.key)
            share.helped[group.key] = fastest
        }
        return share
    }

    /// What each engine has to do if every prompt runs where it is done fastest.
    private struct Loads {
        /// The fastest engine, by group; none where nobody was measured.
        var fastest: [String: String] = [:]
        var slots: [String: Int] = [:]
        /// Slot time of what is under way, seconds.
        var busy: [String: Double] = [:]
        /// Slot time of what waits, by priority, seconds.
        var waiting: [String: [Int: Double]] = [:]

        func secondsUntilDone(at engine: String, priority: Int) -> Double {
            let work = waiting[engine, default: [:]].reduce(busy[engine] ?? 0) {
                $1.key >= priority ? $0 + $1.value : $0
            }
            return work / Double(max(1, slots[engine] ?? 1))
        }
    }

    private func loads(_ groups: [Group], now: Instant) -> Loads {
        var loads = Loads()
        var offers: [String: [Offer]] = [:]
        for member in members {
            let fresh = member.offers.values.filter { $0.at.duration(to: now) < Self.offerLifetime }.map(
                \.offer)
            offers[member.name] = fresh
            loads.slots[member.name] = fresh.reduce(0) { $0 + $1.slots }
            loads.busy[member.name] = fresh.reduce(0) { $0 + $1.busySlotSeconds }
        }
        for group in groups {
            var best: (name: String, seconds: Double)?
            for member in candidates(for: group) {
                for offer in offers[member.name] ?? [] {
                    guard case .seconds(let seconds) = offer.estimate(group) else { continue }
                    if seconds < best?.seconds ?? .infinity { best = (member.name, seconds) }
                }
            }
            guard let best else { continue }
            loads.fastest[group.key] = best.name
            loads.waiting[best.name, default: [:]][group.priority, default: 0] +=
                Double(group.prompts) * best.seconds
        }
        return loads
    }

    /// Engines that may run prompts of a group: of those that have their depth, the ones that list their model; where none
    /// does, those that do not say what they serve; else all, for it is the server who knows best.
    private func candidates(for group: Group) -> [Member] {
        let able = members.filter { $0.canRun(group) }
        guard let model = group.modelName else { return able }
        let listing = able.filter { $0.models?(model) == true }
        guard listing.isEmpty else { return listing }
        let silent = able.filter { $0.models == nil }
        return silent.isEmpty ? able : silent
    }
}

/// The engines of a pool, as their dispatchers tell each other of them.
actor SharedWork {
    private var sharing = WorkSharing()

    func add(_ member: WorkSharing.Member) { sharing.add(member) }

    func remove(_ name: String, of owner: Int) { sharing.remove(name, of: owner) }

    /// Whether there is anybody to share with.
    var isShared: Bool { sharing.members.count > 1 }

    /// The draft depths that prompts can demand.
    var depths: [Int] { sharing.depths }

    /// - Parameter offer: nil while the lane cannot be sent anything.
    func note(_ offer: WorkSharing.Offer?, ofLane lane: String, at engine: String) {
        sharing.note(offer, ofLane: lane, at: engine, now: .now)
    }

    /// What a lane is to choose from.
    func share(
        ofLane lane: String, at engine: String, offering offer: WorkSharing.Offer,
        among groups: [WorkSharing.Group]
    ) -> WorkSharing.Share {
        sharing.note(offer, ofLane: lane, at: engine, now: .now)
        return sharing.share(ofLane: lane, at: engine, among: groups, now: .now)
    }

    /// Of `groups`, those of which prompts may be left to an engine.
    func groups(_ groups: [WorkSharing.Group], for engine: String) -> [WorkSharing.Group] {
        isShared ? groups.filter { sharing.mayRun($0, at: engine) } : groups
    }

    /// Of `groups`, those that no engine of the pool can run, whatever state it is in.
    func impossible(_ groups: [WorkSharing.Group]) -> [WorkSharing.Group] {
        groups.filter { !sharing.canRun($0) }
    }
}
