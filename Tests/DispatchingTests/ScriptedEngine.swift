import Engine
import JSON
import Logging
import PromptBatch
import Settings
import Speculation
import Synchronization

@testable import Dispatching

/// An engine without a process, which does what the test says when it says so.
final class ScriptedEngine: GenerationEngine, EngineSource {
    /// What becomes of a request, by how many came before it.
    typealias Script = @Sendable (_ number: Int) async -> Result<Int, EngineError>

    let candidates: [DraftSetting] = [.off]
    let supportsNgrams = false
    let slots: Int
    let devices: [String?]
    let overlap = LaneOverlap.none
    let residentLanes = 1
    let findsConcurrency = false
    let warning: String? = nil
    let servedModels: [String] = []
    let isManaged = false
    var slotChoices: [Int] { [slots] }
    let fingerprint = EngineFingerprint(
        modelIdentity: "m", quantization: "Q8_0", engineBuild: "1", device: "d", contextTokens: 1024, slots: 4
    )
    /// Prompts with this in them are always refused for want of room.
    private let refused: String?
    private let failingStarts: Range<Int>
    private let failingChecks: Range<Int>
    private let failingGreetings: Range<Int>
    private let script: Script
    private let startCount = Mutex(0)
    private let checkCount = Mutex(0)
    private let greetingCount = Mutex(0)
    private let count = Mutex(0)
    private let most = Mutex((now: 0, most: 0))
    private let sent = Mutex<[String]>([])

    /// - Parameters:
    ///   - failingStarts: those of its starts, by how many came before, that come to nothing.
    ///   - failingChecks: those of the questions whether it is healthy that it says no to.
    ///   - failingGreetings: those of the greetings that it does not answer.
    init(
        slots: Int = 2, devices: Int = 1, refusing refused: String? = nil,
        failingStarts: Range<Int> = 0..<0, failingChecks: Range<Int> = 0..<0,
        failingGreetings: Range<Int> = 0..<0,
        script: @escaping Script = { _ in .success(3) }
    ) {
        self.refused = refused
        self.failingStarts = failingStarts
        self.failingChecks = failingChecks
        self.failingGreetings = failingGreetings
        self.slots = slots
        self.devices = Array(repeating: nil, count: devices)
        self.script = script
    }

    /// Starts so far.
    var starts: Int { startCount.withLock { $0 } }
    /// Requests so far, greetings apart.
    var requests: Int { count.withLock { $0 } }
    /// Their bodies.
    var bodies: [String] { sent.withLock { $0 } }
    /// The most that were under way at once.
    var mostAtOnce: Int { most.withLock { $0.most } }

    func canRun(depth: Int) -> Bool { depth == 0 }
    func hasRoom() -> Bool { true }
    func roomBesideOthers() -> EngineRoom { .enough }
    func withFewerSlots() -> (any EngineSource)? { nil }

    func withEngine<Result: Sendable>(
        _ setting: DraftSetting, at place: LanePlace, logger: Logger,
        body: @escaping @Sendable (LaneEngine) async throws -> Result
    ) async throws -> Result {
        if failingStarts.contains(Self.next(startCount)) { throw EngineError.unreachable("away") }
        return try await body(
            LaneEngine(
                engine: self, description: description, setting: setting, slots: slots, processID: nil,
                startMilliseconds: 1, recentDrafts: RecentDrafts(capacity: slots)))
    }

    func describe() async throws(EngineError) -> EngineDescription { description }
    func modelNames() async throws(EngineError) -> Set<String> { [] }
    func isHealthy() async -> Bool { !failingChecks.contains(Self.next(checkCount)) }

    private var description: EngineDescription {
        EngineDescription(name: "scripted", modelName: "m", slots: slots)
    }

    func generate(_ request: GenerationRequest) async throws(EngineError) -> GenerationResponse {
        let body = String(decoding: request.body, as: UTF8.self)
        if body.contains("Lisbon") {
            guard !failingGreetings.contains(Self.next(greetingCount)) else {
                throw .serverError(status: 502, message: "away")
            }
            return try answer(1)
        }
        if let refused, body.contains(refused) {
            throw .overloaded(status: 429, message: "too large", retryAfter: nil)
        }
        most.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
        defer { most.withLock { $0.now -= 1 } }
        sent.withLock { $0.append(body) }
        return try answer(try await script(Self.next(count)).get())
    }

    /// Counts one more.
    ///
    /// - Returns: How many came before.
    private static func next(_ count: borrowing Mutex<Int>) -> Int {
        count.withLock { count in
            count += 1
            return count - 1
        }
    }

    private func answer(_ tokens: Int) throws(EngineError) -> GenerationResponse {
        GenerationResponse(
            statusCode: 200, body: JSONText([:]), promptTokens: 5, generatedTokens: tokens,
            totalMilliseconds: 1)
    }
}
