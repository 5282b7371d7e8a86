import Speculation

/// Settings at which no engine started, each left alone for a while that doubles with every further failure.
package final class FailedSettings {
    /// What is known of one of them.
    package struct Failure: Sendable {
        package let setting: DraftSetting
        /// Starts that failed, one after another.
        package var starts = 0
        /// One sentence.
        package var reason = ""
        /// When it may be tried again.
        package var end = ContinuousClock.now
    }

    private static let longestPause: Duration = .seconds(3600)

    private var failures: [DraftSetting: Failure] = [:]

    /// Notes that an engine did not start.
    ///
    /// - Parameter firstPause: how long a setting is left alone after its first failure.
    /// - Returns: How long it is left alone now.
    func note(_ setting: DraftSetting, reason: String, firstPause: Duration) -> Duration {
        var failure = failures[setting] ?? Failure(setting: setting)
        failure.starts += 1
        failure.reason = reason
        let pause = min(Self.longestPause, firstPause * (1 << min(failure.starts - 1, 16)))
        failure.end = .now + pause
        failures[setting] = failure
        return pause
    }

    /// Notes that an engine started.
    func clear(_ setting: DraftSetting) { failures[setting] = nil }

    /// Settings that are left alone now.
    var paused: Set<DraftSetting> {
        let now = ContinuousClock.now
        return Set(failures.values.filter { $0.end > now }.map(\.setting))
    }

    /// All that is known, in the order of the settings.
    var all: [Failure] { failures.values.sorted { $0.setting < $1.setting } }
}
