/// An engine with slots, in simulated time.
///
/// It is a value: a copy can run ahead to find out when the next answer will be there, and is thrown away where a request
/// comes before that. A request that comes while a step is under way joins the next one, as in llama-server.
public struct SimulatedEngine: Sendable {
    public struct Settings: Sendable {
        public var slots: Int
        public var contextTokensPerSlot: Int
        /// Whether it was started to draft.
        public var isDrafting: Bool
        public var seed: UInt64
        /// What is added to its own time for the drift, which outlives it.
        public var driftOffsetMilliseconds: Double

        public init(
            slots: Int, contextTokensPerSlot: Int = 4096, isDrafting: Bool, seed: UInt64,
            driftOffsetMilliseconds: Double = 0
        ) {
            self.slots = slots
            self.contextTokensPerSlot = contextTokensPerSlot
            self.isDrafting = isDrafting
            self.seed = seed
            self.driftOffsetMilliseconds = driftOffsetMilliseconds
        }
    }

    public let profile: EngineProfile
    public let settings: Settings
    public private(set) var counters = EngineCounters()
    private var slots: [SlotWork?]
    /// When each slot was used last.
    private var lastUse: [Double]
    private var waiting: [GenerationTask] = []
    /// When the step under way ends; nil where there is none.
    private var stepEnd: Double?
    private var random: RandomStream
    private var drift = 1.0
    private var driftEnd = -Double.infinity

    /// How long a value of the drift holds, in milliseconds: it is slow.
    private static let driftHold = 1000.0

    public init(profile: EngineProfile, settings: Settings) {
        self.profile = profile
        self.settings = settings
        slots = Array(repeating: nil, count: settings.slots)
        lastUse = Array(repeating: -.infinity, count: settings.slots)
        random = RandomStream(
            seed: settings.seed, 0x57E9, UInt64(bitPattern: Int64(settings.driftOffsetMilliseconds)))
    }

    public var isIdle: Bool { stepEnd == nil }
    public var waitingCount: Int { waiting.count }

    /// What each slot is at: the task's number, tokens read and generated so far.
    public var progress: [(task: Int, read: Int, generated: Int)?] {
        slots.map { work in
            work.map { ($0.task.id, $0.task.promptTokens - $0.unreadTokens, $0.generatedTokens) }
        }
    }

    /// Takes a request at `time`, in milliseconds, to which the engine must have been advanced.
    public mutating func submit(_ task: GenerationTask, at time: Double) {
        waiting.append(task)
        if stepEnd == nil { startStep(at: time) }
    }

    /// Forgets a request; a step under way ends as it would have.
    public mutating func cancel(_ id: Int) {
        waiting.removeAll { $0.id == id }
        for index in slots.indices where slots[index]?.task.id == id { slots[index] = nil }
    }

    /// Runs up to `time`.
    ///
    /// - Returns: The answers that came until then, in order.
    public mutating func advance(to time: Double) -> [FinishedGeneration] {
        var finished: [FinishedGeneration] = []
        while let end = stepEnd, end <= time { finished += endStep(at: end) }
        return finished
    }

    /// Runs to the end of the step with the next answer; to where it is idle if none comes.
    public mutating func advanceToNextAnswer() -> [FinishedGeneration] {
        while let end = stepEnd {
            let finished = endStep(at: end)
            if !finished.isEmpty { return finished }
        }
        return []
    }

    private mutating func endStep(at time: Double) -> [FinishedGeneration] {
        var finished: [FinishedGeneration] = []
        for index in slots.indices {
            guard var work = slots[index] else { continue }
            slots[index] = nil
            work.endStep(at: time)
            guard work.isFinished else {
                slots[index] = work
                continue
            }
            lastUse[index] = time
            finished.append(work.finished(slot: index, at: time))
        }
        for answer in finished { counters.add(answer) }
        startStep(at: time)
        return finished
    }

    private mutating func startStep(at time: Double) {
        assignSlots(at: time)
        var drafting: [SlotDrafts] = []
        for index in slots.indices where slots[index]?.isReading == false {
            if let drafts = slots[index]?.startDraft() { drafting.append(drafts) }
        }
        // Generated tokens go into the batch first; prompts get what is left, in the order of slots.
        let generated = drafting.reduce(0) { $0 + 1 + $1.verified }
        var room = max(1, profile.reading.stepTokens - generated)
        var readTokens = 0
        var endedPrompts = 0
        for index in slots.indices where slots[index]?.isReading == true {
            slots[index]?.read(upTo: room)
            guard let work = slots[index] else { continue }
            room -= work.reading
            readTokens += work.reading
            if work.endsReading { endedPrompts += 1 }
        }
        guard readTokens > 0 || !drafting.isEmpty else {
            stepEnd = nil
            return
        }
        counters.steps += 1
        counters.draftingSteps += drafting.count { $0.verified > 0 }
        let milliseconds = profile.stepMilliseconds(
            drafting, readTokens: readTokens, prompts: endedPrompts, isDrafting: settings.isDrafting)
        followDrift(at: time)
        stepEnd = time + profile.disturbance.disturbed(milliseconds, drift: drift, random: &random)
    }

    private mutating func followDrift(at time: Double) {
        guard time >= driftEnd else { return }
        drift = profile.disturbance.drift(
            atMilliseconds: time + settings.driftOffsetMilliseconds, seed: settings.seed)
        driftEnd = time + Self.driftHold
    }

    /// In the order in which they came.
    private mutating func assignSlots(at time: Double) {
        guard !waiting.isEmpty else { return }
        var unassigned: [GenerationTask] = []
        for task in waiting {
            if let slot = freeSlot(for: task) {
                slots[slot] = SlotWork(task, contextTokens: settings.contextTokensPerSlot, at: time)
            } else {
                unassigned.append(task)
            }
        }
        waiting = unassigned
    }

    /// The slot that it names, or the one that is idle longest.
    private func freeSlot(for task: GenerationTask) -> Int? {
        if let slot = task.slot, slots.indices.contains(slot) { return slots[slot] == nil ? slot : nil }
        return slots.indices.filter { slots[$0] == nil }.min { lastUse[$0] < lastUse[$1] }
    }
}
