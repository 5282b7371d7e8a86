import Engine
import Logging
import Speculation
import Systemd

/// Settings at which no engine starts.
extension Dispatcher {
    /// The first pause of a setting at which no engine starts, in times of the pause before a prompt's second try: a
    /// minute, with the default.
    private static let pauseInRetryDelays = 30
    private static let leastPause: Duration = .seconds(1)

    /// Leaves a setting alone for a while whose engine did not start, with no other engine in its way; what waits runs
    /// at others. Prompts that demand such a depth wait until it can be had; they hold up nobody.
    func noteFailedStart(
        _ setting: DraftSetting, on device: Device, _ error: EngineError, reason: String
    ) {
        device.forgetNextPlan()
        device.engines.noteUnstartable(setting)
        guard source.candidates.count > 1, !endsStart(error) else { return }
        let firstPause = max(Self.leastPause, settings.dispatch.retryDelay * Self.pauseInRetryDelays)
        let pause = failedSettings.note(setting, reason: reason, firstPause: firstPause)
        logger.warning(
            """
            No engine starts at \(setting.label), which is left alone for \(pause.secondsText); prompts that \
            demand it wait, others run without it: \(reason)
            """,
            metadata: [
                "MESSAGE_ID": "\(MessageID.settingUnavailable.rawValue)", "depth": "\(setting.depth)",
            ])
        forgetPlans()
    }

    /// Whether an error before the first prompt ends the dispatcher.
    func endsStart(_ error: EngineError) -> Bool {
        startUp.isEnded(by: error, mayHaveFewerSlots: source.withFewerSlots() != nil)
    }

    /// The setting to go on with where an engine did not start: the one that served last, else what suits the backlog.
    /// Nil where there is only one, or all are left alone.
    func settingInstead() async -> DraftSetting? {
        guard source.candidates.count > 1 else { return nil }
        let usable = source.candidates.filter { !failedSettings.paused.contains($0) }
        guard !usable.isEmpty else { return nil }
        if let lastServed, !failedSettings.paused.contains(lastServed) { return lastServed }
        let suited = await settingForBacklog()
        return suited.flatMap { failedSettings.paused.contains($0) ? nil : $0 } ?? usable.first
    }
}
