import Speculation
import TestSupport
import Testing
import Workload

@testable import Dispatching

@Suite("Which of a pool's engines runs what")
struct WorkSharingTests {
    private let now = ContinuousClock.now

    private func group(
        _ workload: Workload, prompts: Int, priority: Int = 0, depth: Int? = nil, model: String? = nil
    ) -> WorkSharing.Group {
        WorkSharing.Group(
            key: "\(workload.rawValue)/\(priority)", prompts: prompts, expectedTokens: 100,
            priority: priority,
            traits: PromptTraits(distribution: WorkloadDistribution(certain: workload)), depthOverride: depth,
            modelName: model)
    }

    private func offer(_ seconds: [Workload: Double], slots: Int = 2, busy: Double = 0) -> WorkSharing.Offer {
        WorkSharing.Offer(slots: slots, busySlotSeconds: busy) { group in
            seconds[group.traits.distribution.label].map { .seconds($0) } ?? .unmeasured
        }
    }

    private func member(_ name: String, depth: Int = 0, models: [String]? = nil) -> WorkSharing.Member {
        guard let models else { return WorkSharing.Member(name: name, canRun: { $0 == depth }) }
        return WorkSharing.Member(name: name, canRun: { $0 == depth }) { models.contains($0) }
    }

    private let deepSeconds: [Workload: Double] = [.code: 1, .creative: 4]
    private let plainSeconds: [Workload: Double] = [.code: 3, .creative: 2]

    /// One lane each, named as its engine.
    private func pool() -> WorkSharing {
        var pool = WorkSharing()
        pool.add(member("deep", depth: 3))
        pool.add(member("plain"))
        pool.note(offer(deepSeconds), ofLane: "deep", at: "deep", now: now)
        pool.note(offer(plainSeconds), ofLane: "plain", at: "plain", now: now)
        return pool
    }

    private func share(
        _ pool: WorkSharing, _ name: String, _ groups: [WorkSharing.Group], after: Duration = .zero
    ) -> WorkSharing.Share {
        pool.share(ofLane: name, at: name, among: groups, now: now + after)
    }

    @Test("As long as each has some of its own, each runs what it does fastest")
    func own() {
        let groups = [group(.code, prompts: 50), group(.creative, prompts: 50)]
        #expect(share(pool(), "deep", groups) == .init(keys: ["code/0"]))
        #expect(share(pool(), "plain", groups) == .init(keys: ["creative/0"]))
    }

    @Test("One that has none of its own helps, if that is sooner than waiting for the fastest")
    func help() {
        let many = share(pool(), "plain", [group(.code, prompts: 50)])
        #expect(many == .init(keys: ["code/0"], helped: ["code/0": "deep"]))
        // Six prompts are done by two slots in three seconds, as long as one takes here.
        #expect(share(pool(), "plain", [group(.code, prompts: 6)]).keys.isEmpty)
        #expect(share(pool(), "plain", [group(.code, prompts: 7)]).keys == ["code/0"])
    }

    @Test("What the fastest is still working on counts as well")
    func busy() {
        var pool = pool()
        pool.note(offer(deepSeconds, busy: 20), ofLane: "deep", at: "deep", now: now)
        #expect(share(pool, "plain", [group(.code, prompts: 1)]).keys == ["code/0"])
    }

    @Test("Lanes of one engine count together")
    func lanes() {
        var pool = pool()
        pool.note(offer(deepSeconds), ofLane: "second", at: "deep", now: now)
        #expect(share(pool, "plain", [group(.code, prompts: 12)]).keys.isEmpty)
        #expect(share(pool, "plain", [group(.code, prompts: 13)]).keys == ["code/0"])
        #expect(
            pool.share(ofLane: "second", at: "deep", among: [group(.code, prompts: 1)], now: now).keys == [
                "code/0"
            ])
    }

    @Test("What is more urgent than one's own is helped with first")
    func priority() {
        let groups = [group(.code, prompts: 50, priority: 5), group(.creative, prompts: 50)]
        #expect(share(pool(), "plain", groups).keys == ["code/5", "creative/0"])
        let lesser = [group(.code, prompts: 50, priority: -5), group(.creative, prompts: 50)]
        #expect(share(pool(), "plain", lesser).keys == ["creative/0"])
    }

    @Test("An engine that cannot be sent anything, or has not been heard of for a while, is not waited for")
    func away() {
        let one = [group(.code, prompts: 1)]
        var gone = pool()
        gone.note(nil, ofLane: "deep", at: "deep", now: now)
        #expect(share(gone, "plain", one) == .init(keys: ["code/0"]))
        var stuck = pool()
        #expect(share(stuck, "plain", one, after: .seconds(4)).keys.isEmpty)
        stuck.note(offer(plainSeconds), ofLane: "plain", at: "plain", now: now + .seconds(6))
        #expect(share(stuck, "plain", one, after: .seconds(6)) == .init(keys: ["code/0"]))
    }

    @Test("An engine of which nothing was measured takes whatever there is, and is not waited for")
    func unmeasured() {
        var pool = pool()
        pool.add(member("new"))
        pool.note(offer([:]), ofLane: "new", at: "new", now: now)
        let groups = [group(.code, prompts: 1), group(.creative, prompts: 1)]
        #expect(share(pool, "new", groups).keys == ["code/0", "creative/0"])
        #expect(share(pool, "deep", groups).keys == ["code/0"])
    }

    @Test("A depth that is demanded is had where it is, however long that takes")
    func depth() {
        let demanding = [group(.creative, prompts: 500, depth: 3)]
        #expect(share(pool(), "plain", demanding).keys.isEmpty)
        #expect(share(pool(), "deep", demanding).keys == ["creative/0"])
        #expect(pool().canRun(demanding[0]) && !pool().canRun(group(.code, prompts: 1, depth: 2)))
        #expect(pool().depths == [0, 3])
        // Its engine is away: it waits, and is not refused.
        var pool = pool()
        pool.note(nil, ofLane: "deep", at: "deep", now: now)
        #expect(share(pool, "plain", demanding).keys.isEmpty && pool.canRun(demanding[0]))
    }

    @Test("A depth that an engine has but cannot start at is not left to it")
    func unavailable() {
        var pool = pool()
        pool.add(WorkSharing.Member(name: "own", canRun: { _ in true }))
        let blocked = WorkSharing.Offer(slots: 9, busySlotSeconds: 0) {
            $0.depthOverride == 3 ? .unavailable : .seconds(0.1)
        }
        pool.note(blocked, ofLane: "own", at: "own", now: now)
        let demanding = [group(.code, prompts: 1, depth: 3)]
        #expect(share(pool, "own", demanding).keys.isEmpty)
        #expect(share(pool, "deep", demanding).keys == ["code/0"])
    }

    @Test("A model is had where it is listed; else where nothing is listed; else anywhere")
    func models() {
        func pool(_ models: [String: [String]?]) -> WorkSharing {
            var pool = WorkSharing()
            for (name, listed) in models {
                pool.add(member(name, models: listed))
                pool.note(offer([.code: 1]), ofLane: name, at: name, now: now)
            }
            return pool
        }
        func takers(_ pool: WorkSharing, _ model: String) -> [String] {
            pool.members.map(\.name).filter {
                // Whoever may run it at all takes so many.
                !share(pool, $0, [group(.code, prompts: 500, model: model)]).keys.isEmpty
            }.sorted()
        }
        let all = pool(["small": ["s"], "large": ["l"], "silent": nil])
        #expect(takers(all, "s") == ["small"] && takers(all, "l") == ["large"])
        #expect(takers(all, "strange") == ["silent"])
        #expect(takers(pool(["small": ["s"], "large": ["l"]]), "strange") == ["large", "small"])
    }

    @Test(
        "Whatever waits and whatever is away, some engine that can be sent prompts takes each that one can run"
    )
    func nothingIsLeftToNobody() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let workloads = Workload.allCases
            var pool = WorkSharing()
            var able: [(member: WorkSharing.Member, isThere: Bool)] = []
            for number in 0..<Int.random(in: 1...4, using: &random) {
                let member = member(
                    "\(number)", depth: Int.random(in: 0...1, using: &random),
                    models: Bool.random(using: &random) ? nil : ["m\(Int.random(in: 0...1, using: &random))"])
                let isThere = Int.random(in: 0...3, using: &random) > 0
                let measured = workloads.filter { _ in Int.random(in: 0...4, using: &random) > 0 }
                let seconds = Dictionary(
                    uniqueKeysWithValues: measured.map { ($0, Double.random(in: 0.1...10, using: &random)) })
                pool.add(member)
                able.append((member, isThere))
                let offer = offer(
                    seconds, slots: Int.random(in: 1...4, using: &random),
                    busy: Double.random(in: 0...9, using: &random))
                pool.note(isThere ? offer : nil, ofLane: member.name, at: member.name, now: now)
            }
            let groups = workloads.shuffled(using: &random).prefix(3).map { workload in
                group(
                    workload, prompts: Int.random(in: 1...20, using: &random),
                    priority: Int.random(in: 0...1, using: &random),
                    depth: [nil, 0, 1].randomElement(using: &random) ?? nil,
                    model: [nil, "m0", "m1", "m2"].randomElement(using: &random) ?? nil)
            }
            var taken: Set<String> = []
            for (member, isThere) in able where isThere {
                taken.formUnion(share(pool, member.name, groups).keys)
            }
            for group in groups where !taken.contains(group.key) {
                // Only where those that it may go to are away.
                let byDepth = able.filter { entry in
                    group.depthOverride.map { entry.member.canRun($0) } ?? true
                }
                let listing = byDepth.filter { entry in
                    group.modelName.map { entry.member.models?($0) == true } ?? true
                }
                let silent = byDepth.filter { $0.member.models == nil }
                let may = !listing.isEmpty ? listing : !silent.isEmpty ? silent : byDepth
                #expect(may.allSatisfy { !$0.isThere }, "\(group) is left to nobody")
            }
        }
    }
}
