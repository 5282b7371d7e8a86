import EngineSimulation
import NIOCore

/// Runs a simulated engine against the clock, on one event loop.
///
/// There is one timer, for the next answer: the engine's copy that ran ahead to it takes the engine's place when its
/// time has come. Its deadline is counted from the start of the program, so that lateness never adds up, and steps in
/// between may be as short as they like.
final class EngineDriver {
    typealias Delivery = (FinishedGeneration) -> Void

    let timeScale: Double
    private(set) var engine: SimulatedEngine
    private var ahead: SimulatedEngine
    private var aheadAnswers: [FinishedGeneration] = []
    private let loop: any EventLoop
    private let origin: NIODeadline
    private var timer: Scheduled<Void>?
    private var deliveries: [Int: Delivery] = [:]
    private var nextID = 0

    init(engine: SimulatedEngine, timeScale: Double, loop: any EventLoop, origin: NIODeadline) {
        self.engine = engine
        ahead = engine
        self.timeScale = timeScale
        self.loop = loop
        self.origin = origin
    }

    /// Milliseconds of simulated time since the program's start.
    private var now: Double {
        Double((NIODeadline.now() - origin).nanoseconds) / 1e6 * timeScale
    }

    var isReady: Bool { now >= engine.profile.startMilliseconds }
    var processingCount: Int { deliveries.count - engine.waitingCount }

    /// Hands a task to the engine, and its answer to `deliver` when its time has come.
    ///
    /// - Returns: The number under which it can be cancelled.
    func submit(_ task: GenerationTask, deliver: @escaping Delivery) -> Int {
        let time = catchUp()
        nextID += 1
        var task = task
        task.id = nextID
        deliveries[task.id] = deliver
        engine.submit(task, at: time)
        runAhead()
        return task.id
    }

    func cancel(_ id: Int) {
        guard deliveries.removeValue(forKey: id) != nil else { return }
        _ = catchUp()
        engine.cancel(id)
        runAhead()
    }

    /// Brings the engine to the present.
    @discardableResult
    func catchUp() -> Double {
        let time = now
        hand(out: engine.advance(to: time))
        return time
    }

    private func runAhead() {
        timer?.cancel()
        timer = nil
        ahead = engine
        aheadAnswers = ahead.advanceToNextAnswer()
        guard let time = aheadAnswers.first?.time else { return }
        let deadline = origin + .nanoseconds(Int64(time / timeScale * 1e6))
        timer = loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in self?.arrive() }
    }

    /// The next answer's time has come.
    private func arrive() {
        engine = ahead
        hand(out: aheadAnswers)
        runAhead()
    }

    private func hand(out answers: [FinishedGeneration]) {
        for answer in answers { deliveries.removeValue(forKey: answer.id)?(answer) }
    }
}
