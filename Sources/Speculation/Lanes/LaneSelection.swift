/// Which settings are worth a lane: the least of serving time and lane changes together.
///
/// A small facility-location problem: opening a setting costs a lane change (unless it runs already), and each
/// class of prompts is then served by the fastest open setting. Starting from every setting that is some class's
/// best, the setting whose closing saves most is closed until closing saves nothing; a single setting for all is
/// tried too.
struct LaneSelection: Sendable {
    /// Open settings, as indices.
    private(set) var open: [Int]
    /// Seconds to serve everything, lane changes included.
    private(set) var seconds: Double

    private let classes: [BacklogClass]
    private let changeSeconds: [Double]

    /// - Parameters:
    ///   - changeSeconds: what opening each setting costs; zero for those that run.
    ///   - running: settings that lanes run already.
    init(classes: [BacklogClass], changeSeconds: [Double], running: Set<Int>) {
        self.classes = classes
        self.changeSeconds = changeSeconds
        let forced = Set(classes.filter { $0.override != nil }.map(\.best))
        let start = Set(classes.map(\.best)).union(running)
        open = start.sorted()
        seconds = 0
        seconds = cost(open)
        closeWhilePaying(forced: forced)
        for single in changeSeconds.indices where !open.elementsEqual([single]) {
            let set = Array(forced.union([single])).sorted()
            let cost = cost(set)
            if cost < seconds * (1 - 1e-12) { (open, seconds) = (set, cost) }
        }
        open = open.filter { setting in classes.contains { server(of: $0) == setting } }
    }

    /// The open setting that serves a class.
    func server(of group: BacklogClass) -> Int {
        var best = open.first ?? group.best
        for setting in open where group.seconds[setting] < group.seconds[best] { best = setting }
        return best
    }

    private func cost(_ open: [Int]) -> Double {
        var sum = 0.0
        var used = Set<Int>()
        for group in classes {
            guard var best = open.first else { return .infinity }
            for setting in open where group.seconds[setting] < group.seconds[best] { best = setting }
            sum += group.seconds[best]
            used.insert(best)
        }
        return open.reduce(sum) { used.contains($1) ? $0 + changeSeconds[$1] : $0 }
    }

    private mutating func closeWhilePaying(forced: Set<Int>) {
        while open.count > 1 {
            let closings = open.filter { !forced.contains($0) }.map { setting in
                let rest = open.filter { $0 != setting }
                return (rest: rest, cost: cost(rest))
            }
            guard let best = closings.min(by: { $0.cost < $1.cost }), best.cost <= seconds else { return }
            (open, seconds) = best
        }
    }
}
