import Engine
import Logging
import Speculation
import Systemd

/// Settings at which no engine starts, for want of memory for instance: they are left alone for a while, and what
/// waits runs at others. Prompts that demand such a depth wait until it can be had; they hold up nobody.
extension Dispatcher {
    /// The first pause, in times of the pause before a prompt's second try: a minute, with the default.
    private static let pauseInRetryDelays = 30
    private static let leastPause: Duration = .seconds(1)

    /// Leaves a setting alone whose engine did not start, with no other engine in its way.
    func noteFailedStart(_ setting: DraftSetting, at berth: Int, _ error: EngineError, reason: String) {
        berths[berth].noteUnstartable(setting)
        berths[berth].nextPlan = nil
        guard source.candidates.count > 1, !endsStart(error) else { return }
        let firstPause = max(Self.leastPause, settings.dispatch.retryDelay * Self.pauseInRetryDelays)
        let pause = failedSettings.note(setting, reason: reason, firstPause: firstPause)
        logger.warning(
            """
            No engine starts at \(setting.label), which is left alone for \(Int(pause.inSeconds)) s; prompts that \
            demand it wait, others run without it: \(reason)
            """,
            metadata: [
                "MESSAGE_ID": "\(MessageID.settingUnavailable.rawValue)", "depth": "\(setting.depth)",
            ])
        forgetPlans()
        wakeAll()
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

    /// The policy without settings that are left alone.
    func withoutFailed(_ policy: DepthPolicy) -> DepthPolicy {
        let paused = failedSettings.paused
        guard !paused.isEmpty else { return policy }
        return DepthPolicy(
            candidates: policy.candidates.filter { !paused.contains($0) },
            explorationShare: policy.explorationShare, worstCaseFactor: policy.worstCaseFactor)
    }
}
