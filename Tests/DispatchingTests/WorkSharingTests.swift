import Speculation
import TestSupport
import Testing
import Workload

@testable import Dispatching

@Suite("Which of a pool's engines runs what")
struct WorkSharingTests {
    private func group(
        _ workload: Workload, prompts: Int, priority: Int = 0, depth: Int? = nil, model: String? = nil
    ) -> WorkSharing.Group {
        WorkSharing.Group(
            key: "\(workload.rawValue)/\(priority)", prompts: prompts, expectedTokens: 100,
            priority: priority,
            traits: PromptTraits(distribution: WorkloadDistribution(certain: workload)), depthOverride: depth,
            modelName: model)
    }

    private func member(
        _ name: String, depth: Int = 0, models: [String] = [], slots: Int = 2,
        seconds: [Workload: Double]?
    ) -> WorkSharing.Member {
        WorkSharing.Member(
            name: name, canRun: { $0 == depth }, serves: { models.isEmpty || models.contains($0) },
            offer: seconds.map { seconds in
                WorkSharing.Offer(slots: slots) { seconds[$0.traits.distribution.label] }
            })
    }

    private func pool() -> WorkSharing {
        WorkSharing([
            member("deep", depth: 3, seconds: [.code: 1, .creative: 4]),
            member("plain", seconds: [.code: 3, .creative: 2]),
        ])
    }

    @Test("As long as each has some of its own, each runs what it does fastest")
    func own() {
        let groups = [group(.code, prompts: 50), group(.creative, prompts: 50)]
        #expect(pool().share(of: "deep", among: groups) == .init(keys: ["code/0"]))
        #expect(pool().share(of: "plain", among: groups) == .init(keys: ["creative/0"]))
    }

    @Test("One that has none of its own helps, if that is sooner than waiting for the fastest")
    func help() {
        let many = pool().share(of: "plain", among: [group(.code, prompts: 50)])
        #expect(many == .init(keys: ["code/0"], helped: ["code/0": "deep"]))
        // Six prompts are done by two slots in three seconds, as long as one takes here.
        #expect(pool().share(of: "plain", among: [group(.code, prompts: 6)]).keys.isEmpty)
        #expect(pool().share(of: "plain", among: [group(.code, prompts: 7)]).keys == ["code/0"])
    }

    @Test("What is more urgent than one's own is helped with first")
    func priority() {
        let groups = [group(.code, prompts: 50, priority: 5), group(.creative, prompts: 50)]
        #expect(pool().share(of: "plain", among: groups).keys == ["code/5", "creative/0"])
        let lesser = [group(.code, prompts: 50, priority: -5), group(.creative, prompts: 50)]
        #expect(pool().share(of: "plain", among: lesser).keys == ["creative/0"])
    }

    @Test("An engine that cannot be sent anything is not waited for")
    func away() {
        var pool = pool()
        pool.note(nil, of: "deep")
        #expect(pool.share(of: "plain", among: [group(.code, prompts: 1)]) == .init(keys: ["code/0"]))
    }

    @Test("An engine of which nothing was measured takes whatever there is, and is not waited for")
    func unmeasured() {
        var pool = pool()
        pool.add(member("new", seconds: [:]))
        let groups = [group(.code, prompts: 1), group(.creative, prompts: 1)]
        #expect(pool.share(of: "new", among: groups).keys == ["code/0", "creative/0"])
        pool.note(nil, of: "deep")
        pool.note(nil, of: "plain")
        #expect(pool.share(of: "new", among: groups).keys == ["code/0", "creative/0"])
    }

    @Test("A depth that is demanded is had where it is, however long that takes")
    func depth() {
        let demanding = group(.creative, prompts: 500, depth: 3)
        #expect(pool().share(of: "plain", among: [demanding]).keys.isEmpty)
        #expect(pool().share(of: "deep", among: [demanding]).keys == ["creative/0"])
        #expect(pool().canRun(demanding) && !pool().canRun(group(.code, prompts: 1, depth: 2)))
        // Its engine is away: it waits, and is not refused.
        var pool = pool()
        pool.note(nil, of: "deep")
        #expect(pool.share(of: "plain", among: [demanding]).keys.isEmpty && pool.canRun(demanding))
    }

    @Test("A model is had where it is served; one that none is known to serve, anywhere")
    func models() {
        let pool = WorkSharing([
            member("small", models: ["small"], seconds: [.code: 1]),
            member("large", models: ["large"], seconds: [.code: 9]),
        ])
        let large = [group(.code, prompts: 1, model: "large")]
        #expect(pool.share(of: "small", among: large).keys.isEmpty)
        #expect(pool.share(of: "large", among: large).keys == ["code/0"])
        let strange = [group(.code, prompts: 1, model: "strange")]
        #expect(pool.share(of: "small", among: strange).keys == ["code/0"])
    }

    @Test(
        "Whatever waits and whatever is away, some engine that can be sent prompts takes each that one can run"
    )
    func nothingIsLeftToNobody() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let workloads = Workload.allCases
            let members = (0..<Int.random(in: 1...4, using: &random)).map { number in
                member(
                    "\(number)", depth: Int.random(in: 0...1, using: &random),
                    models: Bool.random(using: &random) ? [] : ["m\(Int.random(in: 0...1, using: &random))"],
                    slots: Int.random(in: 1...4, using: &random),
                    seconds: Int.random(in: 0...3, using: &random) == 0
                        ? nil
                        : Dictionary(
                            uniqueKeysWithValues: workloads.filter { _ in
                                Int.random(in: 0...4, using: &random) > 0
                            }.map { ($0, Double.random(in: 0.1...10, using: &random)) }))
            }
            let pool = WorkSharing(members)
            let groups = workloads.shuffled(using: &random).prefix(3).map { workload in
                group(
                    workload, prompts: Int.random(in: 1...20, using: &random),
                    priority: Int.random(in: 0...1, using: &random),
                    depth: [nil, 0, 1].randomElement(using: &random) ?? nil,
                    model: [nil, "m0", "m1", "m2"].randomElement(using: &random) ?? nil)
            }
            var taken: Set<String> = []
            for member in members where member.offer != nil {
                taken.formUnion(pool.share(of: member.name, among: groups).keys)
            }
            for group in groups where !taken.contains(group.key) {
                let able = members.filter { member in
                    (group.depthOverride.map(member.canRun) ?? true)
                        && (group.modelName.map(member.serves) ?? true)
                }
                #expect(able.allSatisfy { $0.offer == nil }, "\(group) is left to nobody")
            }
        }
    }
}
