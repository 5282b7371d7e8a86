import Engine
import Logging
import Settings
import Speculation

/// Where lanes come from: child processes of the daemon, or a server run by others.
protocol EngineSource: Sendable {
    /// The settings a lane can have.
    var candidates: [DraftSetting] { get }
    /// Whether a lane can look drafts up among earlier tokens beside any of those.
    var supportsNgrams: Bool { get }
    /// What costs depend on, and are learned under.
    var fingerprint: EngineFingerprint { get }
    /// Slots of every lane.
    var slots: Int { get }
    /// Numbers of busy slots to choose from, ascending; only ``slots`` where their number was asked for.
    var slotChoices: [Int] { get }
    /// Whether ``slots`` is only the most, and how many requests the server takes is found out on the way.
    var findsConcurrency: Bool { get }
    /// One lane runs on each; nil is what the engine takes by itself. Never empty.
    var devices: [String?] { get }
    var overlap: LaneOverlap { get }
    /// Engines kept in memory at each place, the one that serves included.
    var residentLanes: Int { get }
    /// Why everything runs at depth 0, if it does and nobody asked for it.
    var warning: String? { get }
    /// The models that it lists; empty where it answers to every name, or does not say.
    var servedModels: [String] { get }

    /// Whether a prompt that demands this depth can have it.
    func canRun(depth: Int) -> Bool

    /// Whether there is memory to start an engine beside those that are up.
    func hasRoom() -> Bool

    /// Whether its engines are child processes of the daemon, and so want memory of this machine.
    var isManaged: Bool { get }

    /// What there is for an engine of this source while others of another configuration run.
    func roomBesideOthers() -> EngineRoom

    /// The same with half the slots; nil where their number was asked for or cannot be less.
    func withFewerSlots() -> (any EngineSource)?

    /// Runs `body` with an engine at `setting`.
    ///
    /// - Throws: ``EngineError`` if the engine does not start or ends while `body` runs, and what `body` throws.
    func withEngine<Result: Sendable>(
        _ setting: DraftSetting, at place: LanePlace, logger: Logger,
        body: @escaping @Sendable (LaneEngine) async throws -> Result
    ) async throws -> Result
}

extension EngineSource {
    /// What there is to plan with.
    var choice: Planning.Choice {
        Planning.Choice(
            candidates: candidates, supportsNgrams: supportsNgrams, slots: slots, slotChoices: slotChoices)
    }
}

extension Settings {
    /// Looks at the engine at hand, without starting it.
    ///
    /// - Throws: as the sources' initializers.
    func engineSource(stallLimit: StallLimit) async throws -> any EngineSource {
        engine.endpoint.isEmpty
            ? try await ManagedEngineSource(settings: self, stallLimit: stallLimit)
            : try await EndpointEngineSource(settings: self, stallLimit: stallLimit)
    }
}

/// Where a lane runs.
struct LanePlace: Sendable, Hashable {
    /// llama-server's name of the device; nil for what the engine takes by itself.
    let device: String?
    /// Tells apart the sockets of engines that run at the same time.
    let socketName: String
}

/// How far a lane and the next one at the same place may overlap.
enum LaneOverlap: Sendable, Hashable {
    /// The next engine starts when the last one has stopped.
    case none
    /// The next engine starts while the last one finishes its prompts, and gets prompts when that is done: on one
    /// processor two generating engines would only slow each other down.
    case starting
    /// The next engine starts and gets prompts while the last one finishes its own.
    case serving
}

/// Whether there is memory for an engine of another configuration beside those that run.
enum EngineRoom: Sendable {
    case enough
    /// It cannot be told, as on a GPU.
    case unknown
    case none
}
