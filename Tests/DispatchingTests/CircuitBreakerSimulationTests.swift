import Engine
import Spool
import TestSupport
import Testing

@testable import Dispatching
@testable import Loops

/// Batches run through an engine that fails as told, in time that is only counted.
@Suite("Batches outlast an engine's faults, whatever the order of events")
struct CircuitBreakerSimulationTests {
    /// What a batch met.
    private struct Course {
        var failed: Set<Int> = []
        var answered: Set<Int> = []
        var requests = 0
        var greetings = 0
        var seconds = 0.0
    }

    /// A batch, an engine and the dispatcher's way with both.
    private struct Simulation {
        var prompts = 60
        var slots = 4
        var maximumAttempts = 3
        var retryDelay: Duration = .seconds(2)
        /// Prompts that always meet the fault.
        var poison: Set<Int> = []
        /// Seconds in which everything does, the greeting included.
        var outages: [Range<Double>] = []
        /// The share of requests that meet it by chance at any time.
        var flakiness = 0.0
        var fault = EngineError.serverError(status: 502, message: "")
        var random: SeededGenerator

        func isDown(_ second: Double) -> Bool { outages.contains { $0.contains(second) } }

        mutating func run() -> Course {
            let zero = ContinuousClock.now
            var breaker = CircuitBreaker(jitter: { 0.5 })
            var course = Course()
            var waiting = (0..<prompts).map { (prompt: $0, from: 0.0) }
            var flights: [(prompt: Int?, sent: Double, end: Double)] = []
            var attempts: [Int: Int] = [:]
            var now = 0.0
            let limit = 40.0 * 3600
            while course.failed.count + course.answered.count < prompts, now < limit {
                if breaker.gate(at: zero + .seconds(now)) == .trial {
                    breaker.beginTrial()
                    flights.append((nil, now, now + 0.1))
                }
                while breaker.gate(at: zero + .seconds(now)) == .closed,
                    flights.count(where: { $0.prompt != nil }) < slots,
                    let next = waiting.firstIndex(where: { $0.from <= now })
                {
                    let prompt = waiting.remove(at: next).prompt
                    flights.append((prompt, now, now + 0.1 + Double.random(in: 0..<3, using: &random)))
                }
                var next = flights.map(\.end).min() ?? .infinity
                if flights.count(where: { $0.prompt != nil }) < slots, breaker.pause == nil {
                    next = min(next, waiting.map(\.from).min() ?? .infinity)
                }
                if let pause = breaker.pause, !flights.contains(where: { $0.prompt == nil }) {
                    next = min(next, zero.duration(to: pause.until) / .seconds(1))
                }
                now = max(now + 0.001, next)
                for flight in flights where flight.end <= now {
                    let fails =
                        isDown(flight.sent) || isDown(flight.end)
                        || Double.random(in: 0..<1, using: &random) < flakiness
                    guard let prompt = flight.prompt else {
                        course.greetings += 1
                        if fails {
                            breaker.failTrial(
                                EngineFault(fault), retryDelay: retryDelay, at: zero + .seconds(now))
                        } else {
                            breaker.endTrial()
                        }
                        continue
                    }
                    course.requests += 1
                    let key = PromptKey(batch: 1, line: prompt)
                    guard fails || poison.contains(prompt) else {
                        breaker.noteAnswer(to: key, sentAt: zero + .seconds(flight.sent))
                        course.answered.insert(prompt)
                        continue
                    }
                    let verdict = breaker.noteFault(
                        EngineFault(fault), by: key, sentAt: zero + .seconds(flight.sent),
                        isLast: attempts[prompt, default: 0] + 1 >= maximumAttempts,
                        retryDelay: retryDelay, at: zero + .seconds(now))
                    switch verdict {
                    case .prompt:
                        attempts[prompt, default: 0] += 1
                        if attempts[prompt] == maximumAttempts {
                            breaker.forget(key)
                            course.failed.insert(prompt)
                        } else {
                            let pause = retryDelay / .seconds(1) * Double(attempts[prompt] ?? 1)
                            waiting.insert((prompt, now + pause), at: 0)
                        }
                    case .engine(let until), .refusedPrompt(let until):
                        waiting.insert((prompt, zero.duration(to: until) / .seconds(1)), at: 0)
                    }
                }
                flights.removeAll { $0.end <= now }
            }
            course.seconds = now
            return course
        }
    }

    private static let faults: [EngineError] = [
        .serverError(status: 502, message: ""), .serverError(status: 504, message: ""),
        .refused(status: 401, message: "", body: []), .refused(status: 404, message: "", body: []),
        .serverError(status: 500, message: ""), .malformedResponse(""), .unreachable("reset"),
    ]

    @Test(arguments: 0..<1000)
    func outagesOfSecondsAndHoursFailNothing(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var simulation = Simulation(random: random)
        simulation.fault = Self.faults[Int(seed) % Self.faults.count]
        simulation.slots = [1, 2, 4, 16][Int.random(in: 0..<4, using: &random)]
        simulation.prompts = Int.random(in: 20..<220, using: &random)
        simulation.maximumAttempts = Int.random(in: 1...3, using: &random)
        var second = 0.0
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            second += Double.random(in: 0..<40, using: &random)
            let length = Double.random(in: 0..<(Bool.random(using: &random) ? 30 : 7200), using: &random)
            simulation.outages.append(second..<second + length)
            second += length
        }
        let course = simulation.run()
        #expect(course.failed.isEmpty)
        #expect(course.answered.count == simulation.prompts)
        let down = simulation.outages.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
        #expect(Double(course.greetings) <= 12 * Double(simulation.outages.count) + down / 60)
        #expect(course.requests <= simulation.prompts + simulation.outages.count * (simulation.slots + 12))
    }

    @Test(arguments: 0..<1000)
    func poisonEndsAndTheOthersAreAnswered(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var simulation = Simulation(random: random)
        simulation.fault = Self.faults[Int(seed) % Self.faults.count]
        simulation.slots = [1, 2, 4, 16][Int.random(in: 0..<4, using: &random)]
        simulation.prompts = Int.random(in: 10..<110, using: &random)
        simulation.maximumAttempts = Int.random(in: 1...3, using: &random)
        let share = Double.random(in: 0..<0.5, using: &random)
        simulation.poison = Set(
            (0..<simulation.prompts).filter { _ in Double.random(in: 0..<1, using: &random) < share })
        let course = simulation.run()
        #expect(course.failed == simulation.poison)
        #expect(course.answered.count == simulation.prompts - simulation.poison.count)
        #expect(course.seconds < 8 * 3600, "it took \(course.seconds) s")
    }

    @Test(arguments: 0..<100)
    func outagesWithPoisonAmongThemFailNothingElse(seed: UInt64) {
        var simulation = Simulation(random: SeededGenerator(seed: seed))
        simulation.fault = Self.faults[Int(seed) % Self.faults.count]
        simulation.prompts = 200
        simulation.poison = [3, 50, 51, 120, 199]
        simulation.outages = [20..<50, 100..<4000]
        let course = simulation.run()
        #expect(course.failed == simulation.poison)
        #expect(course.answered.count == 195)
    }

    /// A load balancer with a bad backend.
    @Test(arguments: [0.05, 0.1, 0.2, 0.3], 0..<20)
    func aGatewayThatFailsByChanceFailsNothing(share: Double, seed: UInt64) {
        var simulation = Simulation(random: SeededGenerator(seed: seed))
        simulation.prompts = 300
        simulation.flakiness = share
        let course = simulation.run()
        #expect(course.failed.isEmpty)
        #expect(course.answered.count == 300)
    }
}
