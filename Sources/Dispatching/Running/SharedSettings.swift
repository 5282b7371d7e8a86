import Settings
import Synchronization

/// The settings in force; a reload replaces them for everyone.
final class SharedSettings: Sendable {
    private let settings: Mutex<Settings>

    init(_ settings: Settings) {
        self.settings = Mutex(settings)
    }

    /// The settings now.
    var current: Settings { settings.withLock { $0 } }

    /// Puts new settings in force.
    func replace(by new: Settings) {
        settings.withLock { $0 = new }
    }
}
