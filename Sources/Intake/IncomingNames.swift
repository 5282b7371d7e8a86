import Spool

/// What is known of the names in `incoming/` that are not claimed yet.
struct IncomingNames {
    /// What was seen of them.
    private var histories: [FileName: IncomingEntry.History] = [:]
    /// On their way to be claimed.
    private var claiming: Set<FileName> = []
    /// The disk refused their claim, and may still do so.
    private var refused: Set<FileName> = []
    /// Of what is no file that could be claimed.
    private var foreign: Set<FileName> = []

    /// How many are on their way to be claimed.
    var claimingCount: Int { claiming.count }

    /// Whether the disk refused the claim of any.
    var areRefused: Bool { !refused.isEmpty }

    /// What was seen of a name since it was last claimed.
    func history(of name: FileName) -> IncomingEntry.History? { histories[name] }

    mutating func note(_ event: IncomingWatcher.Event) {
        switch event {
        case .arrived(let name): histories[name] = .announced
        case .created(let name): if !SpoolLayout.isIgnored(name: name.text) { histories[name] = .created }
        case .opened(let name): if histories[name] == .created { histories[name] = .opened }
        case .rescan: histories = [:]
        }
    }

    /// Forgets what is not there any more.
    mutating func keep(_ present: [FileName]) {
        let present = Set(present)
        foreign.formIntersection(present)
        refused.formIntersection(present)
        histories = histories.filter { present.contains($0.key) }
    }

    /// What bears it is no file that could be claimed.
    ///
    /// - Returns: Whether that is news.
    mutating func noteForeign(_ name: FileName) -> Bool { foreign.insert(name).inserted }

    /// - Returns: False if its claim is under way.
    mutating func beginClaim(of name: FileName) -> Bool {
        guard claiming.insert(name).inserted else { return false }
        // What is seen from now on is of another file that is given the name.
        histories[name] = nil
        return true
    }

    /// It was claimed, or is gone.
    mutating func endClaim(of name: FileName) {
        claiming.remove(name)
        refused.remove(name)
    }

    /// The disk refused its claim: it is to be claimed again, as how it was known to be complete.
    mutating func refuseClaim(of name: FileName, _ closure: Closure) {
        claiming.remove(name)
        refused.insert(name)
        if closure == .announced, histories[name] == nil { histories[name] = .announced }
    }
}
