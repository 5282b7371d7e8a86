import Speculation

/// Which of a pool's engines runs which of the prompts that wait.
///
/// A prompt is left to the engine that does such prompts fastest, by what was learned of each, as long as others have
/// some of their own. One that has none takes it if it is done there before the fastest would have come to the end of
/// what waits for it. So no engine is idle while that makes the work last longer, and none takes a prompt that it would
/// be the last to finish.
///
/// A value without a clock and without I/O: dispatchers say what they offer, and ask.
struct WorkSharing: Sendable {
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

    /// What an engine can do at this moment.
    struct Offer: Sendable {
        /// Prompts at a time.
        let slots: Int
        /// Seconds that a prompt of a group takes; nil where nothing was measured yet, so that no figure means anything.
        let secondsPerPrompt: @Sendable (Group) -> Double?
    }

    /// An engine as it is configured.
    struct Member: Sendable {
        let name: String
        /// Whether a prompt that demands this depth can have it.
        let canRun: @Sendable (_ depth: Int) -> Bool
        /// Whether the engine is known to serve the model that prompts call so.
        let serves: @Sendable (_ model: String) -> Bool
        /// Nil while it cannot be sent anything.
        var offer: Offer?

        func canRun(_ group: Group) -> Bool { group.depthOverride.map(canRun) ?? true }

        func serves(_ group: Group) -> Bool { group.modelName.map(serves) ?? true }
    }

    /// What an engine is to choose from.
    struct Share: Sendable, Equatable {
        /// Groups that it may take prompts of.
        var keys: Set<String> = []
        /// Of these, the groups that another engine does faster, and that one's name.
        var helped: [String: String] = [:]
    }

    private struct Rating {
        let group: Group
        let fastest: String
        /// Time that the fastest takes for all of them, seconds.
        let seconds: Double
    }

    private(set) var members: [Member]

    init(_ members: [Member] = []) {
        self.members = members
    }

    /// Adds an engine, or replaces the one of that name; what it offers stays.
    mutating func add(_ member: Member) {
        guard let index = members.firstIndex(where: { $0.name == member.name }) else {
            return members.append(member)
        }
        let offer = members[index].offer
        members[index] = member
        members[index].offer = offer
    }

    mutating func remove(_ name: String) { members.removeAll { $0.name == name } }

    /// Notes what an engine offers now.
    mutating func note(_ offer: Offer?, of name: String) {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return }
        members[index].offer = offer
    }

    /// Whether an engine, whatever state it is in, can run prompts of a group at the depth that they demand.
    func canRun(_ group: Group) -> Bool { members.contains { $0.canRun(group) } }

    /// The draft depths that prompts can demand.
    var depths: [Int] { (0...16).filter { depth in members.contains { $0.canRun(depth) } } }

    /// Engines that may run prompts of a group: those that have their model or, where none is known to, all that have
    /// their depth, for it is the server who knows best.
    private func candidates(for group: Group) -> [Member] {
        let able = members.filter { $0.canRun(group) }
        let serving = able.filter { $0.serves(group) }
        return serving.isEmpty ? able : serving
    }

    /// What an engine is to choose from, of all that waits.
    func share(of name: String, among groups: [Group]) -> Share {
        guard let own = members.first(where: { $0.name == name }) else { return Share() }
        let runnable = groups.filter { group in candidates(for: group).contains { $0.name == name } }
        guard let offer = own.offer, members.contains(where: { $0.name != name && $0.offer != nil }) else {
            return Share(keys: Set(runnable.map(\.key)))
        }
        let ratings = groups.compactMap(rating)
        var share = Share()
        var rest: [(rating: Rating, here: Double)] = []
        let rated = Dictionary(ratings.map { ($0.group.key, $0) }) { first, _ in first }
        var ownPriority = Int.min
        for group in runnable {
            if let rating = rated[group.key], rating.fastest != name, let here = offer.secondsPerPrompt(group)
            {
                rest.append((rating, here))
            } else {
                share.keys.insert(group.key)
                ownPriority = max(ownPriority, group.priority)
            }
        }
        for (rating, here) in rest where rating.group.priority > ownPriority {
            let end = ratings.filter {
                $0.fastest == rating.fastest && $0.group.priority >= rating.group.priority
            }.reduce(0) { $0 + $1.seconds }
            guard here < end else { continue }
            share.keys.insert(rating.group.key)
            share.helped[rating.group.key] = rating.fastest
        }
        return share
    }

    /// The engine that does a prompt of the group fastest, of those that were measured; nil where none was.
    private func rating(of group: Group) -> Rating? {
        var best: (member: Member, offer: Offer, seconds: Double)?
        for member in candidates(for: group) {
            guard let offer = member.offer, let seconds = offer.secondsPerPrompt(group) else { continue }
            if seconds < best?.seconds ?? .infinity { best = (member, offer, seconds) }
        }
        return best.map { best in
            Rating(
                group: group, fastest: best.member.name,
                seconds: Double(group.prompts) * best.seconds / Double(max(1, best.offer.slots)))
        }
    }
}

/// The engines of a pool, as their dispatchers tell each other of them.
actor SharedWork {
    private var sharing = WorkSharing()

    func add(_ member: WorkSharing.Member) { sharing.add(member) }

    func remove(_ name: String) { sharing.remove(name) }

    /// - Parameter offer: nil while the engine cannot be sent anything.
    func note(_ offer: WorkSharing.Offer?, of name: String) { sharing.note(offer, of: name) }

    /// What an engine with this offer is to choose from.
    func share(
        of name: String, offering offer: WorkSharing.Offer, among groups: [WorkSharing.Group]
    ) -> WorkSharing.Share {
        sharing.note(offer, of: name)
        return sharing.share(of: name, among: groups)
    }

    /// The draft depths that prompts can demand.
    var depths: [Int] { sharing.depths }

    /// Of `groups`, those that no engine of the pool can run, whatever state it is in.
    func impossible(_ groups: [WorkSharing.Group]) -> [WorkSharing.Group] {
        groups.filter { !sharing.canRun($0) }
    }
}
