import Engine
import Speculation

/// How a dispatcher begins.
enum DispatcherStart: Sendable {
    /// As the daemon's first one: where the engine does not start, it ends with the error.
    case first
    /// As a trial, of a new configuration: any error before every place's engine has answered ends it. `answered` is
    /// called then, and returns when it may go on.
    case trial(answered: @Sendable () async -> Void)
    /// With a configuration that has served before: an engine that does not start is tried again.
    case again
}

/// How far a dispatcher has come on its way to its first prompt.
final class StartUp {
    private let start: DispatcherStart
    private let devices: Int
    /// Whether prompts may be sent, but for those that show that an engine answers.
    private(set) var isAdmitted: Bool
    /// Whether a lane has taken prompts.
    private(set) var isReady = false
    /// Whether an engine has answered.
    private var hasAnswered = false
    /// Devices whose engine has answered, of a trial.
    private var answeredDevices: Set<Int> = []
    /// Settings at which a new engine is still to be timed before the first prompt, the next one last.
    private var settingsToMeasure: [DraftSetting] = []

    init(_ start: DispatcherStart, devices: Int) {
        self.start = start
        self.devices = devices
        if case .trial = start { isAdmitted = false } else { isAdmitted = true }
    }

    /// Whether an error before the first prompt ends the dispatcher.
    ///
    /// - Parameter mayHaveFewerSlots: where one setting runs and another cannot, fewer slots may suit both.
    func isEnded(by error: EngineError, mayHaveFewerSlots: Bool) -> Bool {
        guard !isReady else { return false }
        switch start {
        case .again: return false
        case .trial: return answeredDevices.count < devices
        case .first:
            guard case .startFailed = error else { return false }
            return !hasAnswered || mayHaveFewerSlots
        }
    }

    /// The engine of a device has answered.
    ///
    /// - Returns: Once those of all have: what to call before prompts are sent.
    func noteTrial(of device: Int) -> (@Sendable () async -> Void)? {
        answeredDevices.insert(device)
        guard answeredDevices.count == devices, case .trial(let answered) = start else { return nil }
        return answered
    }

    func admit() { isAdmitted = true }

    func noteAnswer() { hasAnswered = true }

    func measure(_ settings: [DraftSetting]) { settingsToMeasure = settings }

    /// The setting to be timed next, which is taken to be done then.
    func nextToMeasure() -> DraftSetting? { settingsToMeasure.popLast() }

    /// A lane takes prompts.
    func becomeReady() { isReady = true }
}
